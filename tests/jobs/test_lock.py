import errno
import fcntl
import subprocess
import sys
import threading

import pytest

from jobs import lock
from jobs.errors import SetupError

HOLD = """
import sys
from pathlib import Path
from jobs import lock
with lock.held(Path(sys.argv[1]), "first"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other_process(tmp_path):
    """Another process that holds the lock until its standard input closes."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_run_is_refused_and_told_who_holds_the_warehouse(tmp_path, other_process):
    with pytest.raises(SetupError) as refused, lock.held(tmp_path, "second"):
        pass

    assert refused.value.exit_code == 5
    assert f"run first (process {other_process.pid}) is at work here" in str(refused.value)
    assert lock.holder(tmp_path) == f"run first (process {other_process.pid})"


def test_a_place_where_nothing_can_be_written_is_refused_with_the_reason(tmp_path):
    (tmp_path / "file").touch()

    for place in ("file", "file/below"):
        with pytest.raises(SetupError, match=r"nothing can be written there .*give another"):
            lock.held(tmp_path / place, "first").__enter__()


def test_to_ask_who_holds_a_warehouse_writes_nothing(tmp_path, monkeypatch):
    def read_only(*_):
        raise OSError(errno.EROFS, "Read-only file system")

    (tmp_path / ".lock").touch()
    monkeypatch.setattr(lock, "FileLock", read_only)

    assert lock.holder(tmp_path) is None


def test_a_run_begins_although_somebody_asks_who_holds_the_warehouse(tmp_path):
    (tmp_path / ".lock").touch()
    asking = (tmp_path / ".lock").open("rb")
    fcntl.flock(asking, fcntl.LOCK_SH)
    answered = threading.Timer(0.1, asking.close)
    answered.start()

    with lock.held(tmp_path, "first"):
        assert asking.closed
    answered.join()


def test_a_killed_run_leaves_the_warehouse_free(tmp_path, other_process):
    other_process.kill()
    other_process.wait()

    assert lock.holder(tmp_path) is None
    with lock.held(tmp_path, "second"):
        assert (tmp_path / ".lock.json").exists()
    assert not (tmp_path / ".lock.json").exists()
