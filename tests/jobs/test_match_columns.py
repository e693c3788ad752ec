"""`doichieu match` with tables of every kind of column and of any names: two lists of 30 people."""

import csv

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jobs.config import ROOT, load
from jobs.errors import ConfigError, InputError
from jobs.match import Request, match_with
from transforms.matching.kinds import KINDS
from transforms.matching.rules import MatchingFile

NAMES = ("Ann", "Bob", "Cleo", "Dan", "Eve", "Finn")
VALUES = {
    "date": lambda n: f"19{50 + n}-03-0{n % 9 + 1}",
    "code": lambda n: f"c{n * 7919}",
    "postcode": lambda n: f"{10000 + n * 37}",
    "phone": lambda n: f"09{n * 1299709:08}",
    "email": lambda n: f"{NAMES[n % 6]}{n}@example.org",
    "category": lambda n: f"group {n % 10}",
    "number": lambda n: f"{n * 1.5}",
    "set": lambda n: f"a{n}|b{n % 4}",
}


def value(kind, n):
    return VALUES.get(kind, lambda n: f"{NAMES[n % 6]} {NAMES[n // 6 % 6]}")(n)


def table(path, kinds, ids):
    """A file with a column `id`, and one per name and kind; row n of each is the same person."""
    rows = [[f"{ids}{n}", *(value(kind, n) for kind in kinds.values())] for n in range(30)]
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["id", *kinds], *rows])
    else:
        columns = [pa.array(column) for column in zip(*rows, strict=True)]
        pq.write_table(pa.Table.from_arrays(columns, names=["id", *kinds]), path)
    return path


@pytest.fixture
def matched(spark, settings, tmp_path):
    """The rows of links.csv or clusters.csv after `doichieu match` with this matching file."""

    def run(rules, left, right=None):
        (tmp_path / "rules.toml").write_text(rules, encoding="utf-8")
        out = tmp_path / "out"
        out.mkdir()
        asked = Request(str(left), right and str(right), tmp_path / "rules.toml", out, ROOT)
        match_with(spark, asked, load(asked.matching, MatchingFile), settings)
        with (out / ("links.csv" if right else "clusters.csv")).open(encoding="utf-8") as file:
            return list(csv.DictReader(file))

    return run


def written(kinds, more=""):
    """A matching file of these columns."""
    return 'id = "id"\n[columns]\n' + "".join(f'{n} = "{k}"\n' for n, k in kinds.items()) + more


BY_CATEGORY = '[[blocking]]\non = ["category"]\n'
RARE_NUMBERS = '[[comparisons]]\ncolumn = "id"\nterm_frequency = true\n'


@pytest.mark.parametrize(
    ("kinds", "more"),
    [
        ({kind: kind for kind in KINDS}, ""),
        ({kind: kind for kind in ("category", "number", "set")}, BY_CATEGORY),
        # Names that matching itself might use.
        (dict.fromkeys(("record", "records", "value", "column", "component"), "name")
         | {"other": "code", "rank": "date", "vertex": "set"}, ""),
    ],
    ids=["every kind", "none with rare values", "names"],
)  # fmt: skip
def test_columns_of_any_kind_and_name_are_matched(tmp_path, matched, kinds, more):
    left, right = (table(tmp_path / f"{side}.csv", kinds, side) for side in "lr")

    found = matched(written(kinds, more), left, right)

    assert [row["left_id"][1:] for row in found] == [row["right_id"][1:] for row in found]
    assert len(found) == 30


def test_a_source_may_call_its_columns_anything(tmp_path, matched):
    sources = {"Full Name": "name", "born.on": "date", "a`b": "code", "số ĐT": "phone"}
    rules = 'id = "ID"\n[columns]\n' + "".join(
        f"c{at} = {{ kind = '{kind}', from = '{name}' }}\n"
        for at, (name, kind) in enumerate({**sources, "FULL NAME": "text"}.items())
    )
    people = [table(tmp_path / f"{kind}.{kind}", sources, kind[0]) for kind in ("csv", "parquet")]

    found = matched(rules, *people)

    assert [row["left_id"][1:] for row in found] == [row["right_id"][1:] for row in found]
    assert len(found) == 30


def test_without_a_candidate_there_is_the_header(tmp_path, matched):
    for name, person in (("left", "1,Ann"), ("right", "1,Zoe")):
        (tmp_path / f"{name}.csv").write_text(f"id,name\n{person}\n")

    found = matched(written({"name": "name"}), tmp_path / "left.csv", tmp_path / "right.csv")

    assert found == []
    header = "left_id,right_id,decision,match_probability,margin\n"
    assert (tmp_path / "out" / "links.csv").read_text() == header


def test_doubles_are_found_by_a_rare_number_called_id(tmp_path, matched):
    people = table(tmp_path / "people.parquet", {"other": "number", "component": "name"}, "p")
    rules = 'id = "id"\n[columns]\nid = { kind = "number", from = "other" }\ncomponent = "name"\n'

    found = matched(rules + RARE_NUMBERS, people)

    assert {row["record_id"] for row in found} == {f"p{n}" for n in range(30)}


def test_names_that_differ_by_their_capitals_are_refused(tmp_path, matched):
    table(tmp_path / "people.parquet", {"Name": "name", "name": "name"}, "p")

    with pytest.raises(InputError, match="occurs twice"):
        matched(written({"name": "name"}), tmp_path / "people.parquet")


COUNTED = '[[comparisons]]\ncolumn = "set"\nterm_frequency = true\n'
CUT = '[[blocking]]\non = ["set:first 3"]\n'
FOUND_IN = '[[comparisons]]\ncolumn = "name"\nlevels = ["exact", "found_in set"]\n'


@pytest.mark.parametrize(
    ("kinds", "more", "told"),
    [
        *(({name: "name"}, "", f"'{name}' is a column of the results; name it otherwise, from")
          for name in ("rules", "src", "dst", "left_id", "pairs", "match_weight", "l")),
        ({"name": "name", "name_records": "code"}, "", "name_records: matching gives this name"),
        ({"name": "name", "set": "set"}, COUNTED, "term_frequency of set, a set"),
        ({"name": "name", "set": "set"}, CUT, "first 3 of set, a set"),
        ({"name": "name", "set": "set"}, FOUND_IN, "found_in set of name, as set is a set"),
        ({}, 'name = { kind = "name", compare = false }', "no column is compared"),
    ],
)  # fmt: skip
def test_columns_that_cannot_be_matched_are_refused(tmp_path, kinds, more, told):
    (tmp_path / "rules.toml").write_text(written(kinds, more), encoding="utf-8")

    with pytest.raises(ConfigError, match=told):
        load(tmp_path / "rules.toml", MatchingFile)
