"""Reference files that are damaged are told before anything starts."""

import shutil

import pytest

from jobs.config import DEFAULT_CONF, Settings, load
from jobs.errors import ConfigError
from jobs.reference import COLUMNS, refuse_damaged


@pytest.fixture
def folder(tmp_path):
    """The shipped reference files, to be damaged."""
    return shutil.copytree(load(DEFAULT_CONF, Settings).reference_dir, tmp_path / "reference")


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff\xfe\x00d", "no CSV in UTF-8; restore it from the release"),
        (b"", r"row 1: .* missing; restore it from the release"),
        (b"a,b\n1,2\n", r"row 1: .* missing; restore it from the release"),
    ],
    ids=["no text", "empty", "other columns"],
)
def test_a_damaged_file_is_named(folder, name, content, told):
    (folder / name).write_bytes(content)

    with pytest.raises(ConfigError, match=f"{folder / name}.*{told}"):
        refuse_damaged(folder)


def test_a_row_that_was_cut_short_is_named_by_its_place(folder):
    units = folder / "admin_units.csv"
    lines = units.read_text(encoding="utf-8").splitlines()
    units.write_text("\n".join([*lines[:3], "01,Hà Nội"]), encoding="utf-8")

    with pytest.raises(ConfigError, match=r"row 3: district_code, .* missing"):
        refuse_damaged(folder)


def test_the_shipped_files_are_whole(folder):
    refuse_damaged(folder)
