"""Without Java files are found, told and opened as Hadoop does it; what is no plain path is its."""

import gzip

import pytest

from jobs import files
from jobs.errors import InputError
from jobs.fingerprint import input_state
from jobs.run import Inputs
from transforms.waiting import WaitingSession

HIDDEN = ("_SUCCESS", ".part.csv.crc", "_temporary/half.csv", ".hidden/other.csv")


@pytest.fixture
def waiting(spark):
    return WaitingSession(2, {}, lambda: spark)


@pytest.fixture
def register(tmp_path):
    folder = tmp_path / "sổ đăng ký"
    for name in ("part.csv", "year=2021/more.csv", *HIDDEN):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"dose_id\n{name}\n")
    (folder / "packed.csv.gz").write_bytes(gzip.compress(b"dose_id\nD-1\n"))
    return folder


@pytest.mark.parametrize("inside", ["", "part.csv", "year=2021", "packed.csv.gz"])
@pytest.mark.parametrize("scheme", ["", "file:", "file://"])
def test_files_are_those_that_hadoop_finds(register, inside, scheme, waiting, spark):
    source = f"{scheme}{register / inside}"

    found = files.listed(waiting, source)
    state = input_state(waiting, Inputs("", source))
    begins = [files.head(waiting, file.path, 9) for file in found]
    is_delta = files.is_delta(waiting, source)

    assert waiting.begun is None
    assert found == files.listed(spark, source)
    assert state == input_state(spark, Inputs("", source))
    assert begins == [files.head(spark, file.path, 9) for file in found]
    assert not is_delta
    assert not files.is_delta(spark, source)


def test_a_folder_with_a_log_is_a_delta_table(waiting, register):
    (register / "_delta_log").mkdir()
    assert files.is_delta(waiting, str(register))
    assert waiting.begun is None


def test_a_pattern_is_hadoops(waiting, spark, register):
    source = f"{register}/*.csv"
    assert [file.path for file in files.listed(waiting, source)] == [f"file:{register}/part.csv"]
    assert waiting.begun is spark


def test_a_path_with_nothing_there_is_told_as_ever(waiting, spark, register):
    with pytest.raises(InputError, match="nothing there to read; check the path"):
        files.listed(waiting, f"{register}/missing.csv")
    assert waiting.begun is spark
