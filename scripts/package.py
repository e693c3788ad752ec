"""Lay out all that spark-submit needs in one folder: code, entry file, settings, jars, lock."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from jobs.config import DEFAULT_CONF, ROOT, Settings, load
from jobs.jars import pins


def package(out: Path) -> None:
    """Fill `out` anew.

    The wheel goes as `doichieu.zip`: under its own name executors would not find what is in it.
    The lock is that of a run: nothing to test or to lint with.
    """
    shutil.rmtree(out, ignore_errors=True)
    (out / "jars").mkdir(parents=True)
    with tempfile.TemporaryDirectory() as built:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", built]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        (wheel,) = Path(built).glob("*.whl")
        shutil.copy(wheel, out / "doichieu.zip")
    shutil.copy(ROOT / "scripts" / "run_job.py", out)
    shutil.copy(ROOT / "requirements-run.lock", out / "requirements.lock")
    shutil.copytree(ROOT / "conf", out / "conf")
    shutil.make_archive(str(out / "conf"), "zip", out, "conf")
    jars = load(DEFAULT_CONF, Settings).spark.jars_dir
    for name in pins().sha256:
        shutil.copy(jars / name, out / "jars")


if __name__ == "__main__":
    package(Path(sys.argv[1]))
