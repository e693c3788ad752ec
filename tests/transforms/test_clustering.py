from collections import Counter
from datetime import date

import polars as pl
import pytest

from tests.fake_rows import fake_rows
from transforms.clustering import conflicts, evidence, invariants, persons
from transforms.clustering.evidence import ClusteringRules
from transforms.schemas import LINK, PERSON, PROFILE, VERIFICATION

RULES = ClusteringRules()
KNOWN = "profile_id long, resident_id string"
COMPONENTS = "vertex long, component long"
SHARES = "profile_id long, profiles long"


@pytest.fixture
def profiles(spark):
    """Profiles of Trần Văn Hoà, born 12 March 1980, unless a row says otherwise."""

    def build(*rows: dict[str, object]):
        person = {
            "name": "TRẦN VĂN HOÀ",
            "name_folded": "TRAN VAN HOA",
            "birth_date": date(1980, 3, 12),
            "birth_precision": "day",
            "commune_code": "00001",
            "dose_numbers": [],
            "injected_on": [],
        }
        return fake_rows(
            spark, PROFILE, [{"profile_id": n, **person, **row} for n, row in enumerate(rows, 1)]
        )

    return build


@pytest.fixture
def edges(spark, profiles):
    """Edges among the given profiles when no resident is known of any."""

    def find(*rows: dict[str, object], rules: ClusteringRules = RULES) -> set[tuple[int, int]]:
        frame = profiles(*rows)
        known = spark.createDataFrame([(n, None) for n in range(1, len(rows) + 1)], KNOWN)
        return edges_of(frame, known, rules)

    return find


def edges_of(profiles, known, rules=RULES):
    pairs = evidence.alike(profiles, known, rules, segments=2).only("pairs")
    callers = profiles.select("phone", "name_folded")
    found = evidence.stranger_edges(pairs, callers, rules, segments=2).collect()
    assert len(found) == len(set(found))
    return {tuple(edge) for edge in found}


def blocks_of(profiles, known):
    return evidence.alike(profiles, known, RULES, segments=2).only("blocks")


def test_a_resident_is_known_by_verdict_or_link_and_else_not(spark):
    verdicts = [
        (1, "verified", "r1"),
        (2, "wrong", "r2"),
        (3, "no_number", None),
        (4, "wrong", "r"),
    ]
    decisions = [(2, "linked", "r3"), (3, "review", "r4")]
    verifications = fake_rows(
        spark,
        VERIFICATION,
        [dict(zip(("profile_id", "verdict", "resident_id"), v, strict=True)) for v in verdicts],
    )
    links = fake_rows(
        spark,
        LINK,
        [dict(zip(("profile_id", "decision", "resident_id"), d, strict=True)) for d in decisions],
    )

    known = evidence.known_residents(verifications, links, 4)

    assert {tuple(r) for r in known.collect()} == {(1, "r1"), (2, "r3"), (3, None), (4, None)}


def test_a_profile_is_told_how_many_share_its_resident(spark):
    rows = [(3, "a"), (1, "a"), (2, "a"), (4, "b"), (5, None), (6, None)]
    found = evidence.shares(spark.createDataFrame(rows, KNOWN), segments=4).collect()
    assert {tuple(row) for row in found} == {(1, 3), (2, 3), (3, 3), (4, 1)}


ONE_PERSON = {
    "the same commune": ({}, {}),
    "the same phone": ({"phone": "0912"}, {"phone": "0912", "commune_code": "00002"}),
    "the same number": ({"number": "0" * 12}, {"number": "0" * 12, "commune_code": "00002"}),
    "old and new number": ({"number": "0" * 12}, {"number": "1" * 9}),
    "marks lost on one side": ({}, {"name": "TRAN VAN HOA"}),
    "another mark, the same number": (
        {"number": "1" * 9},
        {"number": "1" * 9, "name": "TRẦN VĂN HÓA"},
    ),
    "the first dose written a day late": (
        {"dose_numbers": [1], "injected_on": [date(2021, 8, 1)]},
        {"dose_numbers": [1, 2], "injected_on": [date(2021, 8, 2), date(2021, 9, 1)]},
    ),
}
TWO_PERSONS = {
    "name and birth date alone": ({}, {"commune_code": "00002"}),
    "another birth date": ({}, {"birth_date": date(1981, 3, 13)}),
    "a year for a date": ({"birth_precision": "year"}, {"birth_precision": "year"}),
    "two numbers": ({"number": "0" * 12}, {"number": "1" * 12}),
    "two sexes": ({"sex": "M"}, {"sex": "F"}),
    "twins with sister names": ({}, {"name": "TRẦN VĂN HÓA"}),
    "two first doses": (
        {"dose_numbers": [1], "injected_on": [date(2021, 8, 1)]},
        {"dose_numbers": [1], "injected_on": [date(2021, 8, 3)]},
    ),
    "a second dose before the first": (
        {"dose_numbers": [1], "injected_on": [date(2021, 8, 20)]},
        {"dose_numbers": [2], "injected_on": [date(2021, 8, 1)]},
    ),
}


def test_strangers_are_joined_on_strong_evidence_that_nothing_contradicts(edges):
    # Every case has a birth date, and so a block, of its own.
    cases = {**ONE_PERSON, **TWO_PERSONS}
    pairs = [
        {"birth_date": date(1980, 3, 1 + case), **row}
        for case, pair in enumerate(cases.values())
        for row in pair
    ]

    found = edges(*pairs)

    joined = {name for n, name in enumerate(cases) if (2 * n + 1, 2 * n + 2) in found}
    assert joined == set(ONE_PERSON)
    assert len(found) == len(joined)


def test_a_phone_under_many_names_joins_nobody(edges):
    rules = ClusteringRules(max_names_per_phone=2)
    pair = {"phone": "0912"}, {"phone": "0912", "commune_code": "00002"}
    others = [{"phone": "0912", "name_folded": name} for name in ("LE VAN A", "LE VAN B")]
    assert edges(*pair, others[0], rules=rules) == {(1, 2)}
    assert edges(*pair, *others, rules=rules) == set()


def test_a_block_over_its_cap_is_left_out_and_marked(edges):
    rules = ClusteringRules(max_block=2)
    assert edges({}, {}, {}, rules=rules) == set()
    blocks = pl.DataFrame({"profile_id": [1, 2, 3, 4], "block_size": [3, 3, 3, None]})
    members = persons.with_persons(compared(blocks, {n: n for n in range(1, 5)}), rules.max_block)
    assert marks(members) == {1: "block_over_cap", 2: "block_over_cap", 3: "block_over_cap"}


def compared(blocks, components):
    """Members of these components, as they meet what is known of them."""
    columns = dict.fromkeys(persons.MEMBER.columns)
    missing = [pl.lit(None).alias(name) for name in columns if name not in blocks.columns]
    labels = pl.col("profile_id").replace_strict(components).alias("component")
    return persons.MEMBER.of(blocks.with_columns(missing).with_columns(labels))


def marks(members):
    guarded = members.drop_nulls("guard").select("profile_id", "guard")
    return dict(guarded.iter_rows())


def test_strangers_are_never_joined_to_a_residents_profile(spark, profiles):
    known = spark.createDataFrame([(1, "r"), (2, None)], KNOWN)
    assert edges_of(profiles({}, {}), known) == set()


def test_a_chain_that_contradicts_itself_is_guarded(spark, profiles):
    numbers = profiles({"number": "0" * 12}, {}, {"number": "1" * 12})
    sexes = profiles({"sex": "M"}, {"sex": "F"})
    names = profiles({}, {"name": "TRAN VAN HOA"}, {"name": "TRẦN VĂN HÓA"})
    first, second = date(2021, 8, 1), date(2021, 9, 1)
    doses = profiles(
        {"dose_numbers": [1], "injected_on": [first]},
        {},
        {"dose_numbers": [1], "injected_on": [second]},
    )
    sound = profiles({"number": "0" * 12}, {"number": "1" * 9}, {})
    frames = {10: numbers, 20: sexes, 30: names, 40: doses, 50: sound}
    known = spark.createDataFrame([(n, None) for n in (1, 2, 3)], KNOWN)
    members = [
        compared(
            pl.DataFrame(blocks_of(frame, known).toArrow()).with_columns(
                pl.col("profile_id") + base
            ),
            {base + n: base + 1 for n in (1, 2, 3)},
        )
        for base, frame in frames.items()
    ]

    found = conflicts.guards(pl.concat(members))

    assert dict(found.iter_rows()) == {
        11: "conflicting_numbers",
        21: "conflicting_sexes",
        31: "conflicting_names",
        41: "conflicting_dose_histories",
    }


def test_a_component_taken_apart_is_as_many_persons_as_profiles():
    sexes = pl.DataFrame({"profile_id": [1, 2, 3, 4, 5], "sex": ["M", "M", "M", "F", "F"]})
    members = compared(sexes, {1: 1, 2: 1, 3: 3, 4: 3, 5: 5})

    found = persons.with_persons(members, max_block=50)

    told = found.select("profile_id", "component", "profiles", "guard").rows()
    assert sorted(told) == [
        (1, 1, 2, None),
        (2, 1, 2, None),
        (3, 3, 1, "conflicting_sexes"),
        (4, 4, 1, "conflicting_sexes"),
        (5, 5, 1, None),
    ]


@pytest.fixture
def ids(spark):
    """Person ids of profiles without a resident, given component and the ids of the run before."""

    def name(members: dict[int, int], earlier: dict[int, str]):
        known = spark.createDataFrame([(profile, None) for profile in members], KNOWN)
        components = spark.createDataFrame(list(members.items()), COMPONENTS)
        blocks = fake_rows(spark, evidence.BLOCK, [])
        before = fake_rows(
            spark, PERSON, [{"profile_id": p, "person_id": i} for p, i in earlier.items()]
        )
        found = persons.Strangers(known, blocks, components)
        rows = persons.strangers(found, before, max_block=50, segments=4).collect()
        sizes = Counter(members.values())
        assert {r.profile_id: r.profiles for r in rows} == {
            profile: sizes[component] for profile, component in members.items()
        }
        return {r.profile_id: r.person_id for r in rows}

    return name


def test_a_residents_person_is_named_after_the_resident(spark):
    known = spark.createDataFrame([(1, "0042"), (2, "0042"), (3, None)], KNOWN)
    stranger = {"profile_id": 3, "person_id": "P-3", "profiles": 1, "guard": "block_over_cap"}

    shares = evidence.shares(known, segments=2)
    found = persons.persons(known, shares, fake_rows(spark, persons.NAMED, [stranger]), 2)

    assert found.columns == PERSON.names
    assert {tuple(row) for row in found.collect()} == {
        (1, "R-0042", "0042", 2, None),
        (2, "R-0042", "0042", 2, None),
        (3, "P-3", None, 1, "block_over_cap"),
    }


def test_a_strangers_person_is_named_after_its_least_profile(ids):
    assert ids({-2: -2, 10: 10, 11: 10}, {}) == {
        -2: "P-FFFFFFFFFFFFFFFE",
        10: "P-000000000000000A",
        11: "P-000000000000000A",
    }


def test_a_strangers_person_keeps_its_id_when_profiles_come_and_go(ids):
    first = ids({10: 10, 11: 10}, {})
    grown = ids({5: 5, 10: 5, 11: 5}, first)
    shrunk = ids({5: 5}, grown)
    assert set(first.values()) == set(grown.values()) == set(shrunk.values())


def test_a_split_leaves_the_id_with_most_profiles_and_mints_a_new_one(ids):
    together = ids({1: 1, 2: 1, 3: 1}, {})
    split = ids({1: 1, 2: 2, 3: 2}, together)
    assert split[2] == split[3] == together[1]
    assert split[1] == f"{together[1]}.2"

    again = ids({1: 1, 5: 5, 6: 5, 2: 2}, {1: split[1], 5: split[1], 6: split[1], 2: split[2]})
    assert again[5] == split[1]
    assert again[1] == f"{together[1]}.3"


def test_two_persons_that_become_one_keep_the_id_of_the_most_profiles_then_the_least(ids):
    assert set(ids({1: 1, 2: 1, 3: 1}, {1: "P-A", 2: "P-B", 3: "P-B"}).values()) == {"P-B"}
    assert set(ids({1: 1, 2: 1}, {1: "P-B", 2: "P-A"}).values()) == {"P-A"}


def test_a_partition_that_keeps_its_promises_has_no_violation(spark):
    components = spark.createDataFrame([(1, 1), (2, 1), (3, 3), (4, 3)], COMPONENTS)
    edges = spark.createDataFrame([(1, 2), (4, 3)], "src long, dst long")
    shares = spark.createDataFrame([(5, 2), (6, 2)], SHARES)
    assert broken(components, edges, shares, 2) == {}


def broken(components, edges, shares, limit):
    """How often each promise is broken, summed over tasks and batches."""
    found = Counter()
    for part in (
        invariants.component_violations(components, edges, shares, limit, segments=4),
        invariants.share_violations(shares, limit),
    ):
        for row in part.collect():
            found[row.invariant] += row.violations
    return dict(found)


def test_every_broken_promise_is_named_and_counted(spark):
    components = [
        *[(1, 1), (2, 1), (2, 1)],  # profile 2 twice
        *[(11, 11), (12, 12)],  # ends apart
        (21, 21),  # the other end missing
        *[(32, 31), (31, 31), (33, 31)],  # too large
        *[(41, 40), (42, 40)],  # named by somebody else
        *[(51, 51), (52, 51)],  # two residents
        *[(61, 61), (62, 61)],  # a resident's and somebody else's
    ]
    edges = [(1, 2), (11, 12), (21, 22), (31, 32), (31, 33), (41, 42), (51, 52), (61, 62)]
    shares = [(51, 1), (52, 1), (61, 1), (71, 3)]

    found = broken(
        spark.createDataFrame(components, COMPONENTS),
        spark.createDataFrame(edges, "src long, dst long"),
        spark.createDataFrame(shares, SHARES),
        2,
    )

    assert found == {
        "one component per profile": 1,
        "an edge within one component": 2,
        "a component is named by its least profile": 1,
        "no component over 2 profiles": 2,
        "no resident with over 2 profiles": 1,
        "nobody is joined to a resident's profile": 3,
    }
