"""Resolve the pinned jars once through Spark's own resolver, check them, put them in place."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pyspark

from jobs.config import DEFAULT_CONF, ROOT, Settings, load
from jobs.errors import DoichieuError, SetupError
from jobs.jars import JarGroup, altered, pins, sha256


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def resolve(group: JarGroup, ivy: Path) -> Path:
    """Let Spark download `group` into a private Ivy folder; returns the folder of its jars."""
    home = Path(pyspark.__file__).parent
    nothing = ivy / "nothing.py"
    nothing.write_text("")
    settings = {
        "spark.jars.ivySettings": str(ROOT / "conf" / "ivysettings.xml"),
        "spark.jars.ivy": str(ivy),
        "spark.jars.excludes": ",".join(group.excludes),
    }
    command = [str(home / "bin" / "spark-submit"), "--master", "local[1]"]
    command += ["--packages", ",".join(group.packages)]
    command += [part for key, value in settings.items() for part in ("--conf", f"{key}={value}")]
    environment = {**os.environ, "SPARK_HOME": str(home), "PYSPARK_PYTHON": sys.executable}
    done = subprocess.run(
        [*command, str(nothing)], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SetupError(f"could not be resolved: {reason(done.stderr)}")
    return ivy / "jars"


def reason(log: str) -> str:
    """The one thing that Ivy's pages of output have to say."""
    told = re.search(r"unresolved dependency: ([^\]]+)", log)
    return told[1] if told else (log.strip().splitlines() or ["no output"])[-1]


def install(group: JarGroup, jars: Path) -> None:
    """Bring the jars of `group` into `jars`: all of them, or none when a sum is not the pinned."""
    with tempfile.TemporaryDirectory(prefix="doichieu-ivy-") as ivy:
        resolved = resolve(group, Path(ivy))
        unpinned = sorted(file for file in resolved.glob("*.jar") if file.name not in group.sha256)
        if unpinned:
            lines = "\n".join(f'  "{file.name}" = "{sha256(file)}"' for file in unpinned)
            raise SetupError(f"no SHA-256 is pinned in conf/jars.toml for\n{lines}")
        wrong = altered(resolved, group)
        if wrong:
            raise SetupError(
                f"{', '.join(wrong)}: not the bytes pinned in conf/jars.toml; nothing was installed"
            )
        jars.mkdir(parents=True, exist_ok=True)
        for name in group.sha256:
            shutil.copy(resolved / name, jars / name)


def main() -> int:
    """Install what is missing; an optional group that cannot be had is said and passed over."""
    wanted = pins()
    jars = load(DEFAULT_CONF, Settings).spark.jars_dir
    try:
        if altered(jars, wanted):
            install(wanted, jars)
        say(f"jars: {len(wanted.sha256)} in place, every SHA-256 as pinned")
    except DoichieuError as error:
        say(f"error: jars: {error}\ncheck the network and run `make setup` again")
        return error.exit_code
    for name, group in wanted.optional.items():
        try:
            if not group.sha256 or altered(jars, group):
                install(group, jars)
            say(f"jars: {name} in place")
        except DoichieuError as error:
            say(f"jars: going on without {name} (optional): {error}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
