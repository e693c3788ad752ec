"""Every matching file that docs/matching.md shows is a valid one, and every key is named there."""

import re
import tomllib
from pathlib import Path

import pytest

from transforms.matching.columns import ColumnRule
from transforms.matching.kinds import KINDS
from transforms.matching.levels import LEVELS
from transforms.matching.rules import (
    Clusters,
    Comparison,
    KeyRule,
    Learning,
    MatchingFile,
    Thresholds,
)
from transforms.matching.steps import PLAIN, WITH_NUMBER

PAGE = (Path(__file__).parent.parent / "docs" / "matching.md").read_text(encoding="utf-8")
BLOCKS = [text for text in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL) if "id =" in text]
PROSE = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
WORDS = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", PROSE))))


@pytest.mark.parametrize("text", BLOCKS, ids=range(len(BLOCKS)))
def test_the_examples_are_valid(text):
    assert MatchingFile.model_validate(tomllib.loads(text)).rules()


def test_every_key_step_level_and_kind_is_named():
    models = (MatchingFile, ColumnRule, Comparison, KeyRule, Thresholds, Clusters, Learning)
    keys = {field.alias or name for m in models for name, field in m.model_fields.items()}
    sections = {"columns", "comparisons", "blocking", "threshold", "clusters", "learning"}

    assert not (keys - sections | set(KINDS) | set(LEVELS) | set(PLAIN) | set(WITH_NUMBER)) - WORDS
