"""Evidence brought together in any number of segments, against evidence looked up one by one."""

import random
from datetime import date

import polars as pl
import pytest

from tests.fake_rows import fake_rows
from tests.jobs.test_measure import nation
from transforms import schemas
from transforms.hashing import hashed
from transforms.households import household_hashes
from transforms.name_tokens import TokenFrequencies
from transforms.packing import unpacked
from transforms.scoring import evidence, pairs
from transforms.scoring.levels import NameEvidence, compared

NAMES = NameEvidence(TokenFrequencies({"s:NGUYEN": 0.4}, 1e-4), frozenset(), {"whole": 1.0})
ASKED_SHARE = 0.3
CLERKS = "0910000000"
STATED = [*evidence.STATED, "number_kind", "number", "number_digits", "number_repairs"]


@pytest.fixture(scope="module")
def people():
    """Residents, profiles, verdicts with whether they ask, and pairs of those that do."""
    dice = random.Random(11)
    residents, profiles, verdicts = nation(dice)
    for at, resident in enumerate(residents):
        resident["phone"] = dice.choice((f"09200000{at // 3:02}", f"09300000{at:02}", None, CLERKS))
    phones = [resident["phone"] for resident in residents]
    for profile in profiles:
        profile["phone"] = dice.choice((dice.choice(phones), dice.choice(phones[:6]), "0940000000"))
        profile["facility_code"] = dice.choice(("F1", "F2", None))
    for verdict in verdicts:
        verdict["asks"] = verdict["verdict"] != "verified" or dice.random() < ASKED_SHARE
    asked = [verdict["profile_id"] for verdict in verdicts if verdict["asks"]]
    wanted = [(p, r["resident_id"], home(r), ["rule"])
              for p in asked for r in dice.sample(residents, 6)]  # fmt: skip
    return residents, profiles, verdicts, wanted


def home(resident):
    lives, alone = ([resident[name]] for name in ("household_id", "resident_id"))
    return household_hashes(pl.Series(lives, dtype=pl.String), pl.Series(alone)).item()


FACILITIES = pl.DataFrame({"facility_code": ["F1"], "facility_commune": ["00001"],
                           "facility_province": ["01"]})  # fmt: skip


def hash_of(text):
    return None if text is None else int(hashed(pl.Series([text]))[0])


def day(profile, number):
    days = dict(zip(profile["dose_numbers"], profile["injected_on"], strict=True))
    return (days[number] - date(1970, 1, 1)).days if number in days else None


def looked_up(people):
    """Both sides of every pair, each fact found by going through everybody."""
    residents, profiles, verdicts, wanted = people
    verdict_of = {verdict["profile_id"]: verdict for verdict in verdicts}
    held = [p for p in profiles if verdict_of[p["profile_id"]]["verdict"] == "verified"]
    owner = {p["profile_id"]: verdict_of[p["profile_id"]] for p in profiles}

    def of_profile(profile):
        users = {r["household_id"] for r in residents if r["phone"] == profile["phone"]}
        users |= {owner[p["profile_id"]]["household_id"] for p in held
                  if p["phone"] == profile["phone"]}  # fmt: skip
        names = {p["name_folded"] for p in profiles if p["phone"] == profile["phone"]}
        in_f1 = profile["facility_code"] == "F1"
        return {
            **{name: profile.get(name) for name in STATED},
            "phone": hash_of(profile["phone"]),
            "name_hash": hash_of(profile["name_folded"]),
            **{name: day(profile, int(name[-1])) for name in evidence.DAYS},
            "owner_id": owner[profile["profile_id"]]["resident_id"],
            "owner_household_id": owner[profile["profile_id"]]["household_id"],
            "phone_held": bool(users - {None}),
            "phone_crowded": len(users - {None}) >= 3 or len(names) > 12,
            "facility_commune": "00001" if in_f1 else None,
            "facility_province": "01" if in_f1 else None,
        }

    def of_resident(resident):
        own = [p for p in held if owner[p["profile_id"]]["resident_id"] == resident["resident_id"]]
        home = resident["household_id"]
        members = [r for r in residents if home and r["household_id"] == home]
        theirs = [p for p in held if home and owner[p["profile_id"]]["household_id"] == home]
        return {
            **{name: resident.get(name) for name in pl.Schema(evidence.R)},
            "phone": hash_of(resident["phone"]),
            **{
                name: min(
                    (d for p in own if (d := day(p, int(name[-1]))) is not None), default=None
                )
                for name in evidence.DAYS
            },
            "verified_phones": [hash_of(p["phone"]) for p in own if p["phone"]],
            "household_phones": [hash_of(row["phone"]) for row in members + theirs if row["phone"]],
            "household_names": [hash_of(r["name_folded"]) for r in members],
            "household_births": [r["birth_date"] for r in members if r["birth_precision"] == "day"],
        }

    by_id = {p["profile_id"]: p for p in profiles}, {r["resident_id"]: r for r in residents}
    return pl.DataFrame(
        [(profile, resident, rules, of_profile(by_id[0][profile]), of_resident(by_id[1][resident]))
         for profile, resident, _, rules in wanted],
        schema={**pairs._PAIR, "rules": pl.List(pl.String), "p": P, "r": evidence.R},
        orient="row",
    )  # fmt: skip


P = pl.Struct(
    {name: kind for name, kind in evidence.PROFILE.columns.items()
     if name not in ("profile_id", "facility_code", "given_phone")}
    | {"owner_id": pl.String, "owner_household_id": pl.String, "phone_held": pl.Boolean,
       "phone_crowded": pl.Boolean, "facility_commune": pl.String, "facility_province": pl.String}
)  # fmt: skip


@pytest.mark.parametrize("segments", [1, 8])
def test_every_pair_meets_all_that_is_known_of_both_sides(spark, people, segments):
    residents, profiles, verdicts, wanted = people
    known = pairs.Registers(
        fake_rows(spark, schemas.PROFILE, profiles),
        spark.createDataFrame(verdicts, "profile_id long, verdict string, asks boolean, "
                                        "resident_id string, household_id string"),
        fake_rows(spark, schemas.RESIDENT, residents),
        FACILITIES,
    )  # fmt: skip
    asked = spark.createDataFrame(wanted, schemas.CANDIDATE_PAIR)

    cells = pl.DataFrame(pairs.compared_pairs([asked], known, NAMES, segments).toArrow())
    parts = [unpacked(cell) for cell in cells.iter_slices(1)]
    found = pl.concat(parts).sort("profile_id", "resident_id")
    expected = compared(looked_up(people), NAMES).sort("profile_id", "resident_id")

    joined = expected.with_columns(pl.col("rules").list.join(pairs.APART))

    assert found.cast({"rules": pl.String}).equals(joined.select(found.columns))
    assert all(part.equals(part.sort("profile_id", "resident_id")) for part in parts)
    for comparison, levels in {"phone": 4, "history": 3, "place": 2, "number": 3}.items():
        assert found[f"{comparison}_level"].n_unique() >= levels
