"""What the machine must offer before anything is installed: Python, Java, disk.

Plain standard library in the syntax of any Python 3, because `make setup` runs this file with
whatever Python it finds; `doichieu doctor` asks the same questions.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

PYTHON = (3, 11)
JAVA = (17, 21)
SETUP_GIB = 3.0


class Check:
    """One question put to the machine: what was found, and the way out when that will not do."""

    def __init__(self, name: str, found: str, mend: str = "", *, required: bool = True) -> None:
        self.name, self.found, self.mend, self.required = name, found, mend, required

    @property
    def ok(self) -> bool:
        return not self.mend


def install_command(package: str) -> str:
    """How this machine's own package manager installs what Debian calls `package`."""
    root = "" if hasattr(os, "geteuid") and os.geteuid() == 0 else "sudo "
    elsewhere = {
        "openjdk-17-jre-headless": {"dnf": "java-17-openjdk-headless", "brew": "openjdk@17"},
        "python3.11": {"dnf": "python3.11", "brew": "python@3.11"},
    }.get(package, {})
    if not shutil.which("apt-get"):
        for manager, name in elsewhere.items():
            if shutil.which(manager):
                return "{}{} install {}".format("" if manager == "brew" else root, manager, name)
    return f"{root}apt-get install {package}"


def python() -> Check:
    """Python 3.11 or later that can make a virtual environment."""
    found = "Python " + ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < PYTHON:
        mend = install_command("python3.11 python3.11-venv")
        return Check("python", found + " is too old, 3.11 or later is needed", mend)
    try:
        __import__("ensurepip")
    except ImportError:
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        return Check("python", found + " cannot make environments", install_command(package))
    return Check("python", found)


def java() -> Check:
    """The Java that Spark will start: JAVA_HOME's, else the one on the PATH."""
    home = os.environ.get("JAVA_HOME")
    program = os.path.join(home, "bin", "java") if home else "java"
    mend = install_command("openjdk-17-jre-headless")
    try:
        told = subprocess.run(
            [program, "-version"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True
        ).stdout.decode(errors="replace")
    except (OSError, subprocess.CalledProcessError):
        if home:
            return Check("java", f"JAVA_HOME={home} has no working bin/java", "unset JAVA_HOME")
        return Check("java", "no Java on the PATH, 17 or 21 is needed", mend)
    version = re.search(r'version "(\d+)[^"]*"', told)
    if version is None or int(version.group(1)) not in JAVA:
        first = told.splitlines()[0] if told else "an unknown Java"
        return Check("java", f"{first}: Spark needs Java 17 or 21", mend)
    return Check("java", version.group(0).replace("version ", "Java ").replace('"', ""))


def disk(path: str, gib: float) -> Check:
    """Free space on the file system that holds `path` or will hold it."""
    place = os.path.abspath(path)
    while not os.path.exists(place):
        place = os.path.dirname(place)
    free = shutil.disk_usage(place).free / 2**30
    if free < gib:
        mend = f"du -xhd1 {place} | sort -h    # and free some, or choose another place"
        return Check("disk", f"{free:.1f} GiB free at {place}, {gib:.1f} GiB needed", mend)
    return Check("disk", f"{free:.1f} GiB free at {place}")


def main() -> int:
    """Say every problem in one sentence with the command that mends it; 5 when there is one."""
    problems = [check for check in (python(), java(), disk(".", SETUP_GIB)) if not check.ok]
    for check in problems:
        sys.stderr.write(f"{check.found}; mend it with: {check.mend}\n")
    return 5 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
