"""Measuring a sample gives what blocking, scoring and linking all of it, uncut, would give."""

import random
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from pyspark.sql.pandas.types import to_arrow_schema

from jobs import measure
from jobs.block_keys import asking_side, block_keys
from jobs.config import DEFAULT_MATCHING, Matching, load
from jobs.frequencies import name_evidence
from jobs.model import forms, learnt, model_table
from jobs.run import Inputs, Run
from jobs.scratch import Scratch
from jobs.tables import Tables
from tests.fake_rows import fake_rows
from tests.transforms.scoring.test_estimation import RANDOM, REGISTER
from transforms import linkage, schemas
from transforms.blocking.plan import Side, blocks_and_pairs
from transforms.measurement.masking import Measurement
from transforms.scoring import pairs, posterior
from transforms.scoring.estimation import before_learning, u_probabilities

MATCHING = load(DEFAULT_MATCHING, Matching)
SURNAMES, GIVEN = ("NGUYEN", "TRAN", "KSOR"), ("LAN", "MAI", "HUNG")
PHONES = [f"09100000{n:02}" for n in range(12)]
FORMS = {"abbreviated": 0.02, "unmarked": 0.1, "whole": 0.88}


def identity(dice):
    surname, given = dice.choice(SURNAMES), dice.choice(GIVEN)
    born = date(1980, 1, 5) + timedelta(days=40 * dice.randrange(6))
    middle = dice.choice(("VAN", "THI"))
    return {
        "name": f"{surname} {middle} {given}",
        "name_folded": f"{surname} {middle} {given}",
        "name_sorted": " ".join(sorted((surname, middle, given))),
        "surname_folded": surname,
        "given_folded": given,
        "birth_date": born,
        "birth_year": born.year,
        "birth_month": born.month,
        "birth_precision": "day",
        "sex": dice.choice("MF"),
        "phone": dice.choice((*PHONES, None)),
        "province_code": "01",
        "district_code": "001",
        "commune_code": dice.choice(("00001", "00002")),
    }


def nation(dice):
    """Residents in households of three, and profiles of them: verified ones, and others."""
    residents = [
        {**identity(dice), "resident_id": f"r{n}", "id_number": f"0010800{n:05}",
         "household_id": None if n > 36 else f"h{n // 3}", "life_status": "alive"}
        for n in range(40)
    ]  # fmt: skip
    profiles, verifications = [], []
    for n in range(90):
        resident = dice.choice(residents)
        verified = dice.random() < 0.7
        like = {key: resident[key] for key in schemas.IDENTITY if key in resident}
        profiles.append({
            **(like if verified else identity(dice)), "profile_id": n, "doses": 1,
            "phone": dice.choice((resident["phone"], *PHONES[:3])), "number_kind": "cccd",
            "number": resident["id_number"], "raw_id_number": resident["id_number"],
            "dose_numbers": [dice.randrange(1, 4)],
            "injected_on": [date(2021, 6, 1) + timedelta(days=dice.randrange(200))],
        })  # fmt: skip
        verifications.append({
            "profile_id": n, "verdict": "verified" if verified else "wrong",
            "resident_id": resident["resident_id"], "household_id": resident["household_id"],
        })  # fmt: skip
    return residents, profiles, verifications


def parameters():
    rules = MATCHING.scoring
    return before_learning(rules, u_probabilities(RANDOM, rules, REGISTER), REGISTER)


class Shelf:
    """Tables of rows in memory and on Parquet: what measuring computes needs no Delta log."""

    def __init__(self, scratch):
        self.scratch, self.spark, self.frames = scratch, scratch.spark, {}

    def path(self, name):
        return f"{self.scratch.folder}/{name}"

    def read(self, name):
        return self.frames[name]

    def overwrite(self, name, frame):
        self.frames[name] = self.scratch.written(name, frame)

    def overwrite_few(self, name, rows):
        columns = to_arrow_schema(schemas.TABLES[name])
        whole = rows.select(columns.names).to_arrow().cast(columns)
        self.frames[name] = self.spark.createDataFrame(whole, schemas.TABLES[name])


@pytest.fixture
def run(spark, settings, tmp_path):
    tables = Shelf(Scratch(spark, str(tmp_path)))
    residents, profiles, verifications = nation(random.Random(4))
    tokens = [
        {"token": token, "role": role, "residents": 10}
        for role, known in (("surname", SURNAMES), ("middle", ("VAN", "THI")), ("given", GIVEN))
        for token in known
    ]
    frames = {
        "residents": (schemas.RESIDENT, residents),
        "profiles": (schemas.PROFILE, profiles),
        "verifications": (schemas.VERIFICATION, verifications),
        "facilities": (schemas.FACILITY, []),
        "name_tokens": (schemas.NAME_TOKEN, tokens),
        "blocks": (schemas.BLOCK, []),
        "scored_pairs": (schemas.SCORED_PAIR, []),
        "links": (schemas.LINK, []),
    }
    for name, (schema, rows) in frames.items():
        tables.frames[name] = fake_rows(spark, schema, rows).coalesce(1)
    tables.overwrite_few("model", model_table(parameters(), FORMS))
    half = MATCHING.model_copy(update={"measurement": Measurement(masked_share=0.5)})
    return Run(tables, settings, half, Inputs("", ""), "r")


def uncut(run, sample):
    """The masked profiles linked with the whole nation, as a run would if they had no number."""
    read = run.tables.read
    profiles, verdicts = (
        run.tables.spark.createDataFrame(
            [masked(row.asDict(), sample) for row in read(name).collect()], read(name).schema
        )
        for name in ("profiles", "verifications")
    )
    rules = run.matching.blocking
    asking = asking_side(profiles, verdicts, read("facilities"), rules)
    keys = block_keys(run.tables.scratch, asking, Side.of_residents(read("residents")), rules)
    made = blocks_and_pairs(keys, rules).only("candidate_pairs")
    asking = verdicts.withColumn("asks", verdicts["profile_id"].isin(*sample))
    facilities = pl.DataFrame(read("facilities").toArrow())
    known = pairs.Registers(profiles, asking, read("residents"), facilities)
    compared = pairs.compared_pairs([made], known, name_evidence(run, FORMS), segments=1)
    scored = posterior.scored_pairs(compared, learnt(run.tables), run.matching.scoring)
    return linkage.links(scored, verdicts, run.matching.threshold, segments=1)


def masked(row, sample):
    if row["profile_id"] not in sample:
        return row
    unknown = dict.fromkeys(("resident_id", "household_id", "number", "raw_id_number"))
    said = {"verdict": "no_number", "number_kind": "missing"}
    return {key: (unknown | said).get(key, value) for key, value in row.items()}


def decisions(frame):
    columns = ("profile_id", "best_resident_id", "decision", "match_probability", "candidates")
    return {row[0]: tuple(row) for row in frame.select(*columns).collect()}


@pytest.mark.slow
def test_cutting_down_to_the_sample_changes_nothing(run):
    measure.run(run)
    found = run.tables.read("masked_links")
    sample = decisions(found)
    verified = run.tables.read("verifications").where("verdict = 'verified'").collect()
    owners = {row["profile_id"]: row["resident_id"] for row in verified}
    whole = decisions(uncut(run, set(sample)))

    assert 15 < len(sample) < len(owners)
    assert {row[2] for row in sample.values()} >= {"linked", "review"}
    assert sample == {profile: whole[profile] for profile in sample}
    for row in found.collect():
        assert row["resident_id"] == owners[row["profile_id"]]
        assert row["best_is_right"] == (row["best_resident_id"] == row["resident_id"])
    counted = {
        r["measure"]: r["value"]
        for r in run.tables.read("quality").where("dimension = 'all'").collect()
    }
    right = found.where("decision = 'linked' and best_resident_id = resident_id").count()
    assert counted["recall"] == pytest.approx(right / len(sample))
    at_link = f"dimension = 'threshold' and subgroup = '{run.matching.threshold.link:g}'"
    curve = run.tables.read("quality").where(at_link).collect()
    assert {r["measure"]: r["value"] for r in curve}.items() <= counted.items()
    assert len(curve) == 2


@pytest.mark.slow
def test_what_caps_cost_is_what_would_be_compared_without_them(run):
    found = [
        masked_links(replace(run, matching=with_caps(run.matching, most))) for most in (1, 1_000)
    ]
    capped, free = ({row["profile_id"]: row for row in rows} for rows in found)

    assert {n: row["shares_block"] for n, row in capped.items()} == {
        n: row["compared"] for n, row in free.items()
    }
    assert any(row["shares_block"] and not row["compared"] for row in capped.values())
    assert any(row["compared"] for row in capped.values())
    assert all(row["shares_block"] >= row["compared"] for row in capped.values())


def with_caps(matching, most):
    rules = [rule.model_copy(update={"max_residents": most}) for rule in matching.blocking]
    return matching.model_copy(update={"blocking": rules})


def masked_links(run):
    measure.run(run)
    return run.tables.read("masked_links").collect()


def test_the_model_comes_back_as_it_was_written(spark, tmp_path):
    tables = Tables(spark, str(tmp_path / "warehouse"))
    start = parameters()
    tables.overwrite_few("model", model_table(start, FORMS))

    assert (learnt(tables), forms(tables)) == (start, FORMS)
