import random
from collections import defaultdict
from datetime import date, timedelta

import polars as pl
import pytest

from jobs.deduplicate import vaccines
from tests.fake_rows import fake_rows
from transforms.deduplication.by_person import Real, Registers, deduplicated
from transforms.deduplication.events import DoseRules
from transforms.deduplication.findings import findings
from transforms.deduplication.lives import LIFE, declared, one_each, registered
from transforms.deduplication.vaccines import key
from transforms.schemas import DOSE, PERSON, PROFILE, RESIDENT, VERIFICATION

RULES = DoseRules()
DAY = date(2021, 8, 1)


def on(days: int) -> date:
    return DAY + timedelta(days=days)


@pytest.fixture
def made(spark, reference):
    """Events and findings of dose rows, each of a profile of its own: what joins is the person."""

    def make(rows, verified=(), real=(), residents=(), profiles=()):
        """`rows` are (person, dose, day, vaccine, dose number)."""
        doses = [
            {
                "profile_id": n, "dose_id": dose, "injected_on": day, "vaccine": vaccine,
                "dose_number": number,
            }
            for n, (_, dose, day, vaccine, number) in enumerate(rows)
        ]  # fmt: skip
        persons = [
            {"profile_id": n, "person_id": row[0], "resident_id": known(row[0])}
            for n, row in enumerate(rows)
        ]
        verdicts = [
            {"profile_id": n, "verdict": "verified" if row[1] in verified else "wrong"}
            for n, row in enumerate(rows)
        ]
        registers = Registers(
            fake_rows(spark, DOSE, doses),
            fake_rows(spark, PERSON, persons),
            fake_rows(spark, VERIFICATION, verdicts),
            fake_rows(spark, PROFILE, list(profiles)),
            fake_rows(spark, RESIDENT, list(residents)),
        )
        said = Real(pl.Series(list(real), dtype=pl.String), pl.Series([], dtype=pl.String))
        both = deduplicated(registers, said, vaccines(reference), RULES, segments=2)
        return {name: pl.DataFrame(both.only(name).toArrow()) for name in both.schemas}

    return make


def known(person):
    return person.removeprefix("R-") if person.startswith("R-") else None


@pytest.fixture
def events(made):
    """The dose ids of each event, the kept one first, of rows (person, dose, day, vaccine)."""

    def find(*rows: tuple[str, str, date | None, str | None], verified=(), real=()):
        told = made([(*row, None) for row in rows], verified, real)["dose_events"]
        profile_of = {row[1]: n for n, row in enumerate(rows)}
        for event in told.iter_rows(named=True):
            assert event["event_id"] == f"E-{event['dose_id']}"
            assert event["dose_rows"] == len(event["dose_ids"])
            assert event["profile_id"] == profile_of[event["dose_id"]]
            assert event["profile_ids"] == [profile_of[dose] for dose in event["dose_ids"]]
        pairs = told.select("dose_id", "dose_ids").iter_rows()
        return {(kept, *(set(all_of) - {kept})) for kept, all_of in pairs}

    return find


def test_rows_of_one_person_a_day_apart_with_one_vaccine_are_one_dose(events):
    found = events(
        ("same day", "1", on(0), "Pfizer"),
        ("same day", "2", on(0), " PFIZER"),
        ("brand name", "3", on(0), "Comirnaty"),
        ("brand name", "4", on(1), "pfizer"),
        ("no vaccine", "5", on(0), None),
        ("no vaccine", "6", on(1), "Vero-Cell"),
        ("two days", "7", on(0), "Pfizer"),
        ("two days", "8", on(2), "Pfizer"),
        ("two vaccines", "9", on(0), "Pfizer"),
        ("two vaccines", "10", on(0), "Moderna"),
        ("no day", "11", None, "Pfizer"),
        ("no day", "12", None, "Pfizer"),
        ("no day", "13", on(0), "Pfizer"),
        ("another person", "14", on(0), "Pfizer"),
        ("four days in a row", "15", on(0), "Pfizer"),
        ("four days in a row", "16", on(1), "Pfizer"),
        ("four days in a row", "17", on(2), "Pfizer"),
        ("four days in a row", "18", on(3), "Pfizer"),
        ("verified first", "19", on(0), "Abdala"),
        ("verified first", "20", on(1), "Abdala"),
        ("entered first", "99", on(1), "Abdala"),
        ("entered first", "100", on(0), "Abdala"),
        ("people said so", "201", on(0), "Abdala"),
        ("people said so", "202", on(0), "Abdala"),
        ("people said so", "203", on(0), "Abdala"),
        verified=("20",),
        real=("202",),
    )
    alone = {("7",), ("8",), ("9",), ("10",), ("11",), ("12",), ("13",), ("14",), ("18",)}
    run = {event for event in found if event[0] == "15"}
    assert {tuple(sorted(event)) for event in run} == {("15", "16", "17")}
    assert found - run == alone | {
        ("1", "2"), ("3", "4"), ("5", "6"), ("20", "19"), ("99", "100"), ("201", "203"), ("202",),
    }  # fmt: skip


def test_random_histories_become_the_events_of_the_definition(events):
    draw = random.Random(7)
    labels = ("Pfizer", "comirnaty", "Moderna", "Unheard of", "-", None)
    rows = [
        (
            f"person {draw.randrange(60)}",
            str(n),
            on(draw.randrange(12)) if draw.random() < 0.95 else None,
            draw.choice(labels),
        )
        for n in draw.sample(range(1, 5000), 400)
    ]
    ids = [row[1] for row in rows]
    verified, real = set(draw.sample(ids, 100)), set(draw.sample(ids, 40))

    found = events(*rows, verified=verified, real=real)
    assert {(kept, *sorted(others)) for kept, *others in found} == by_definition(
        rows, verified, real
    )


def by_definition(rows, verified, real):
    """Person by person and day by day, without any frame."""
    brands = {"pfizer": "pfizer", "comirnaty": "pfizer"}
    found = set()
    for person in {row[0] for row in rows}:
        history = [row for row in rows if row[0] == person]
        dated = sorted(row for row in history if row[2])
        runs = [[row] for row in history if not row[2]]
        for row in sorted(dated, key=lambda row: (row[2], row[1])):
            near = runs and runs[-1][-1][2] and (row[2] - runs[-1][-1][2]).days <= 1
            runs[-1:] = [[*runs[-1], row]] if near else [*runs[-1:], [row]]
        for run in runs:
            keys = [key(row[3]) for row in run if row[3] and key(row[3])]
            least = min((brands.get(k, k) for k in keys), default=None)
            doses = defaultdict(list)
            for _, dose, day, vaccine in run:
                part = day and (day - run[0][2]).days // 3
                typed = vaccine and key(vaccine)
                given = brands.get(typed, typed) or least
                doses[part, given, dose if dose in real else None].append(dose)
            for ids in doses.values():
                kept = min(ids, key=lambda dose: (dose not in verified, int(dose)))
                found.add((kept, *sorted(set(ids) - {kept})))
    return found


def test_a_vaccine_is_found_by_label_or_brand_whatever_the_spelling(reference):
    assert key("Astra Zeneca") == key("ASTRAZENECA") == key("astra-zeneca")
    names = [name for vaccine in vaccines(reference) for name in vaccine.names]
    assert {"Pfizer", "Comirnaty", "Vero Cell", "Hayat-Vax"} <= set(names)
    assert "COVID-19 Vaccine" not in names


@pytest.fixture
def found_broken(reference):
    """The broken rules of each dose, of events (person, dose, day, vaccine, dose number)."""

    def find(rows, people):
        lives = {name: kind for name, kind in LIFE.columns.items() if name != "profile_id"}
        found = findings(
            events_of(rows),
            pl.DataFrame(people, schema=lives, orient="row"),
            vaccines(reference),
            RULES,
        )
        return set(found.select("dose_id", "rule", "detail").iter_rows())

    return find


EVENT = {
    "person_id": pl.String,
    "dose_id": pl.String,
    "injected_on": pl.Date,
    "vaccine": pl.String,
    "dose_number": pl.Int32,
}


def events_of(rows):
    return pl.DataFrame(rows, schema=EVENT, orient="row").with_columns(
        profile_id=pl.int_range(pl.len())
    )


def test_what_is_brought_together_by_person_breaks_the_same_rules(made):
    """By a resident's own death, by the birth that a stranger declares, and by one profile."""
    rows = [
        ("R-r", "a1", date(2021, 9, 30), "Pfizer", 1),
        ("P-1", "b1", date(2021, 10, 26), "Pfizer", 1),
        ("P-9", "c1", None, "Pfizer", 1),
    ]
    resident = {"resident_id": "r", "birth_precision": "day", "birth_date": date(1950, 1, 2)}
    stranger = {"profile_id": 1, "birth_precision": "day", "birth_date": date(2010, 1, 1)}

    found = made(
        rows,
        residents=[{**resident, "died_on": date(2021, 9, 1)}],
        profiles=[{**stranger, "birth_year": 2010}],
    )["findings"]

    assert set(found.select("dose_id", "profile_id", "rule").iter_rows()) == {
        ("a1", 0, "after_death"),
        ("b1", 1, "under_age"),
    }


def test_findings_name_rule_and_figures(found_broken):
    adult = (date(1980, 1, 2), 1980, "day", None)
    people = [
        *((name, *adult) for name in ("plain", "intervals", "early", "label", "boosters", "five")),
        ("unborn", date(2022, 1, 1), 2022, "day", None),
        ("child", date(2010, 10, 28), 2010, "day", None),
        ("child of a year", None, 2009, "year", None),
        ("dead", date(1950, 1, 2), 1950, "day", date(2021, 9, 1)),
    ]
    pfizer, moderna = "Pfizer", "Moderna"
    rows = [
        ("plain", "a1", date(2021, 8, 1), pfizer, 1),
        ("plain", "a2", date(2021, 8, 22), pfizer, 2),
        ("plain", "a3", date(2021, 12, 30), moderna, 3),
        ("stranger", "a4", date(2021, 8, 1), None, None),
        ("intervals", "b1", date(2021, 8, 1), moderna, 2),
        ("intervals", "b2", date(2021, 8, 22), pfizer, 1),
        ("early", "c1", date(2021, 3, 7), "AstraZeneca", 1),
        ("early", "c2", date(2021, 6, 10), pfizer, 2),
        ("label", "d1", date(2021, 8, 1), "Water", 1),
        ("boosters", "e1", date(2021, 8, 1), "Janssen", 1),
        ("boosters", "e2", date(2021, 11, 30), pfizer, 2),
        *(
            ("five", f"f{n}", date(2021, 7, 1) + timedelta(days=n * 100), "Abdala", n)
            for n in range(1, 6)
        ),
        ("unborn", "g1", date(2021, 12, 31), pfizer, 1),
        ("child", "h1", date(2021, 10, 26), pfizer, 1),
        ("child", "h2", date(2022, 10, 28), pfizer, 2),
        ("child of a year", "i1", date(2021, 10, 27), pfizer, 1),
        ("dead", "j1", date(2021, 9, 1), pfizer, 1),
        ("dead", "j2", date(2021, 10, 1), pfizer, 2),
    ]

    assert found_broken(rows, people) == {
        ("b2", "short_interval", "21 days after the dose before; at least 28"),
        ("b2", "dose_number_order", "typed as dose 1 after a dose 2"),
        ("c1", "before_campaign", "before 2021-03-08, the first day of the campaign"),
        ("c2", "before_approval", "2 days before the vaccine was approved"),
        ("d1", "unknown_vaccine", "a label that the reference does not have"),
        ("e2", "booster_before_start", "dose event 2 of a 1-dose vaccine before boosters began"),
        ("f5", "too_many_doses", "dose event 5; at most 4"),
        ("g1", "before_birth", "before the birth date"),
        ("h1", "under_age", "under 18 years, the age start on that day"),
        ("j2", "after_death", "30 days after the recorded death"),
    }


def test_a_life_is_the_registers_or_else_as_declared_by_the_least_profile(spark):
    people = [(1, "R-r", "r"), (4, "P-3", None), (3, "P-3", None)]
    persons = pl.DataFrame(people, schema=("profile_id", "person_id", "resident_id"), orient="row")
    profiles = pl.DataFrame({"profile_id": [1, 2, 3, 4], "birth_year": [1901, 1902, 1903, 1904]})
    unknown = {"birth_date": None, "birth_precision": None}
    residents = fake_rows(
        spark, RESIDENT, [{"resident_id": "r", "birth_year": 1950, "died_on": date(2021, 9, 1)}]
    )

    told = [
        pl.DataFrame(registered(residents).toArrow()),
        declared(persons, profiles.with_columns(**unknown)),
    ]
    found = one_each(pl.concat(LIFE.of(lives) for lives in told))

    assert set(found.select("person_id", "birth_year", "died_on").iter_rows()) == {
        ("R-r", 1950, date(2021, 9, 1)),
        ("P-3", 1903, None),
    }


def test_findings_are_those_of_a_plain_loop(reference):
    """Months end on different days, people are born on 29 February, numbers are missing."""
    draw, known = random.Random(5), vaccines(reference)
    days = [date(2020, 2, 29) + timedelta(days=n) for n in range(0, 1100, 5)]
    births = [date(2004, 2, 29), date(2003, 2, 28), date(2009, 10, 31), date(2021, 9, 30), None]
    lives = {
        f"p{n}": (born, year, "day" if born else "year", draw.choice([None, date(2021, 6, 1)]))
        for n in range(400)
        for born in [draw.choice(births)]
        for year in [born.year if born else draw.choice([None, 2004, 2022])]
    }
    labels = [None, "Water", *(name for vaccine in known for name in vaccine.names)]
    rows = [
        (f"p{draw.randrange(500)}", f"d{n}", draw.choice(days), draw.choice(labels),
         draw.choice([None, *range(7)]))
        for n in range(3000)
    ]  # fmt: skip
    people = {**LIFE.columns}
    people.pop("profile_id")
    found = findings(
        events_of(rows),
        pl.DataFrame([(name, *life) for name, life in lives.items()], people, orient="row"),
        known,
        RULES,
    )

    assert set(found.select("dose_id", "rule").iter_rows()) == set(plain(rows, lives, known))
    assert found["detail"].null_count() == 0


def plain(rows, lives, known):
    """(dose, rule) of every broken rule, event by event."""
    licences = {key(name): vaccine for vaccine in known for name in vaccine.names}
    before = defaultdict(list)
    for person, dose, day, label, number in sorted(rows, key=lambda row: row[:3:2] + row[1:2]):
        earlier, licence = before[person], licences.get(key(label or ""))
        yield from ((dose, rule) for rule in of_life(lives.get(person), licence, day))
        yield from ((dose, rule) for rule in of_campaign(label, licence, day))
        yield from ((dose, rule) for rule in of_sequence(earlier, number, licence, day))
        earlier.append((number, licence, day))


def of_life(life, licence, day):
    if life is None:
        return
    born, year, _, died = life
    age = day.year - year if year else None
    if born:
        both_last = all((day + timedelta(days=1)).day == 1 for day in (day, born))
        age = day.year - born.year - ((day.month, 99 if both_last else day.day)
                                      < (born.month, born.day))  # fmt: skip
    unborn = day < born if born else age is not None and age < 0
    if unborn:
        yield "before_birth"
    least = min((s.age for s in licence.age_starts if s.start <= day), default=0) if licence else 0
    if not unborn and age is not None and age < least:
        yield "under_age"
    if died and day > died:
        yield "after_death"


def of_campaign(label, licence, day):
    if label and not licence:
        yield "unknown_vaccine"
    if licence and day < licence.approved_on:
        yield "before_approval"
    if day < RULES.campaign_start:
        yield "before_campaign"


def of_sequence(earlier, number, licence, day):
    if earlier:
        _, last, when = earlier[-1]
        least = (last and last.min_interval_days) or RULES.min_interval_days
        if (day - when).days < least:
            yield "short_interval"
    numbers = [n for n, _, _ in earlier if n is not None]
    if number is not None and numbers and number <= max(numbers):
        yield "dose_number_order"
    first = earlier[0][1] if earlier else licence
    if first and len(earlier) + 1 > first.primary_doses and day < RULES.booster_start:
        yield "booster_before_start"
    if len(earlier) + 1 > RULES.max_doses:
        yield "too_many_doses"
