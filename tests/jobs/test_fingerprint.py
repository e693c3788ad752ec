"""What a run depends on: changes when that does, and with nothing else."""

import os
import shutil

import pytest

from jobs.config import DEFAULT_MATCHING, Matching, load
from jobs.fingerprint import config_hash, input_state
from jobs.run import Inputs

DATABASE = "jdbc:postgresql://h/d#residents"


@pytest.mark.parametrize("beside", ["{folder}/residents.csv", DATABASE])
def test_a_file_that_is_rewritten_is_another_input_whatever_the_other_register_is(
    spark, tmp_path, beside
):
    def state():
        return input_state(spark, Inputs(beside.format(folder=tmp_path), str(doses)))

    doses = tmp_path / "doses.csv"
    for file in (doses, tmp_path / "residents.csv"):
        file.write_text("dose_id\nD1\n")
    before = state()
    assert state() == before
    assert before.size == (None if beside == DATABASE else 22)

    os.utime(doses, (0, 0))
    assert state().hash != before.hash


def test_another_database_is_another_input(spark, tmp_path):
    (tmp_path / "doses.csv").touch()
    given = [Inputs(f"{DATABASE}{n}", str(tmp_path / "doses.csv")) for n in (1, 2)]
    assert len({input_state(spark, inputs).hash for inputs in given}) == 2


def test_settings_are_the_reference_tables_that_are_read_and_no_other_file(reference, tmp_path):
    matching, folder = load(DEFAULT_MATCHING, Matching), tmp_path / "reference"
    shutil.copytree(reference, folder)
    before = config_hash(matching, folder)

    for name in (".DS_Store", ".admin_units.csv.swp", "._admin_units.csv", "notes.csv"):
        (folder / name).write_bytes(b"\x00\xff")
    assert config_hash(matching, folder) == before == config_hash(matching, reference)

    with (folder / "admin_units.csv").open("ab") as file:
        file.write(b"\n")
    assert config_hash(matching, folder) != before
