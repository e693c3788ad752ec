"""The posterior against the same formula in plain Python, and what linking makes of it."""

import math

import polars as pl
import pytest

from jobs.config import DEFAULT_MATCHING, Matching, load
from tests.transforms.scoring.test_estimation import RANDOM, REGISTER
from transforms.linkage import Threshold, links
from transforms.packing import CELLS, packed
from transforms.schemas import LEVELS, VERIFICATION
from transforms.scoring import posterior
from transforms.scoring.estimation import before_learning, u_probabilities
from transforms.scoring.posterior import COMPARISONS

RULES = load(DEFAULT_MATCHING, Matching).scoring
PARAMETERS = before_learning(RULES, u_probabilities(RANDOM, RULES, REGISTER), REGISTER)
AGREE = {
    "name": "exact", "birth": "exact", "sex": "same", "number": "absent", "phone": "own",
    "place": "commune", "history": "free",
}  # fmt: skip
STRANGER = {
    **AGREE, "name": "surname_only", "birth": "different", "phone": "unknown", "place": "elsewhere",
}  # fmt: skip
NAMESAKE_FAR = {**AGREE, "number": "unknown", "phone": "unknown", "place": "elsewhere"}
PAIRS = {(1, "a"): AGREE, (1, "b"): STRANGER, (2, "a"): AGREE, (2, "c"): AGREE,
         (3, "d"): STRANGER, (4, "e"): NAMESAKE_FAR}  # fmt: skip
RARITY = 18.0


@pytest.fixture
def compared():
    rows = [
        (profile, resident, "rule", *levels.values(), RARITY)
        for (profile, resident), levels in PAIRS.items()
    ]
    columns = ["profile_id", "resident_id", "rules", *LEVELS, "name_rarity"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def expected(profile):
    """Probability of each candidate of one profile by the formula of docs/stages/score.md."""
    inside, outside = {}, PARAMETERS.outsiders
    for (owner, resident), levels in PAIRS.items():
        if owner != profile:
            continue
        weight = {c: PARAMETERS.weight(c, levels[c]) for c in COMPARISONS}
        weight["name"] += RARITY
        near = math.log2(
            RULES.near_birth.get(levels["birth"], 1e-6) / PARAMETERS.u["birth"][levels["birth"]]
        )
        twin_number = PARAMETERS.weights_against("number", RULES.twin_number)[levels["number"]]
        relative = PARAMETERS.weights_against("number", RULES.relative_number)[levels["number"]]
        twin_name = math.log2(max(RULES.twin_name.get(levels["name"], 0.0), 1e-9)) + RARITY
        twin_birth = weight["birth"] if levels["birth"] == "exact" else -60.0
        lookalikes = (
            RULES.namesakes_far * 2 ** (weight["name"] + weight["birth"])
            + RULES.namesakes_near * 2 ** (weight["name"] + near + weight["place"])
            + RULES.twins
            * 2 ** (twin_name + twin_birth + twin_number + weight["phone"] + weight["place"])
            + RULES.relatives * 2 ** (relative + weight["phone"] + weight["place"])
        )
        prior = (1 - PARAMETERS.outsiders) / PARAMETERS.residents
        inside[resident] = prior * 2 ** sum(weight.values())
        outside += PARAMETERS.outsiders * lookalikes / PARAMETERS.residents
    whole = sum(inside.values()) + outside
    return {resident: mass / whole for resident, mass in inside.items()}


def test_the_posterior_is_the_formula(compared):
    scored = posterior.scored(compared, PARAMETERS, RULES)
    kept = scored.select("profile_id", "resident_id", "match_probability")
    found = {(profile, resident): share for profile, resident, share in kept.iter_rows()}
    for profile, resident in PAIRS:
        assert found[profile, resident] == pytest.approx(expected(profile)[resident], abs=1e-8)


def test_certainty_links_a_tie_is_reviewed_and_a_far_namesake_is_left(spark, compared):
    halves = [compared.filter(pl.col("profile_id") % 2 == odd) for odd in (0, 1)]
    cells = pl.concat(packed({0: half}) for half in halves).to_arrow()
    scored = posterior.scored_pairs(spark.createDataFrame(cells, CELLS), PARAMETERS, RULES)
    verdicts = [(n, "no_number", None, None, None, None) for n in (1, 2, 3, 4, 5)]
    verdicts.append((6, "verified", "f", None, [], None))
    decided = links(scored, spark.createDataFrame(verdicts, VERIFICATION), Threshold(), 2).collect()
    found = {r.profile_id: (r.decision, r.resident_id, r.best_resident_id) for r in decided}
    assert found[1] == ("linked", "a", "a")
    assert found[2] == ("review", None, "a")
    assert found[3][:2] == ("unlinked", None)
    assert found[4][:2] != ("linked", "e")
    assert found[5] == ("unlinked", None, None)
    assert set(found) == {1, 2, 3, 4, 5}


def test_only_the_heaviest_candidate_of_a_profile_teaches_the_model(compared):
    anchor = compared[:1].with_columns(
        pl.lit(9, dtype=pl.Int64).alias("profile_id"), rules=pl.lit("")
    )
    found = posterior.counted(
        posterior.best_candidates(pl.concat([compared, anchor]), PARAMETERS, RULES)
    )
    seen = {(row["birth_level"], row["number_level"], row["anchor"]): row["pairs"]
            for row in found.to_dicts()}  # fmt: skip

    assert seen == {("exact", "absent", False): 2, ("exact", "absent", True): 1,
                    ("different", "absent", False): 1, ("exact", "unknown", False): 1}  # fmt: skip
    assert set(found["rarity"]) == {18.0}
