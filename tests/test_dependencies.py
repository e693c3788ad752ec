"""What is installed to run holds all that is imported, and nothing to test or to lint with."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions, requires
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
OURS = {"jobs", "transforms"}


def named(requirements):
    """The packages of requirement lines, in one spelling."""
    return {re.split(r"[^\w.-]", line)[0].lower().replace("_", "-") for line in requirements}


def imported():
    """The top-level modules that code which runs imports."""
    for path in (path for package in OURS for path in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield node.module.partition(".")[0]


def locked(name):
    """The entries of a lock, each with its hashes."""
    return re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())


def test_what_runs_import_is_installed_with_them():
    declared = named(PROJECT["project"]["dependencies"])
    # Spark brings py4j, and so on.
    brought = named(line for package in declared for line in requires(package) or ())
    providers = packages_distributions()
    strangers = {*imported()} - OURS - {*sys.stdlib_module_names}

    lacking = {name for name in strangers if not named(providers[name]) & (declared | brought)}

    assert lacking == set()


def test_the_lock_of_a_run_is_that_of_the_tests_without_what_tests_need():
    of_runs, of_tests = locked("requirements-run.lock"), locked("requirements.lock")

    assert {*of_runs} <= {*of_tests}
    assert named(PROJECT["project"]["dependencies"]) <= named(of_runs)
    assert not named(PROJECT["dependency-groups"]["dev"]) & named(of_runs)
    assert not any("://" in entry for entry in of_tests)
