"""House rules that no linter knows. Each failure names the file and line."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.cli import STAGE_HELP
from jobs.pipeline import STAGES

ROOT = Path(__file__).resolve().parent.parent
TRANSFORMS = sorted((ROOT / "transforms").rglob("*.py"))
SOURCES = sorted([*TRANSFORMS, *(ROOT / "jobs").rglob("*.py"), *(ROOT / "scripts").rglob("*.py")])
# Tables that a run may read though no stage of it has written them yet.
FROM_BEFORE = frozenset({"runs", "decisions"})
ACTIONS = {"collect", "foreach", "head", "isEmpty", "show", "take", "toLocalIterator", "toPandas"}
ACTIONS |= {"toArrow", "first"}
MATERIALISES = {"cache", "checkpoint", "localCheckpoint", "persist"}
LOOPS = (ast.For, ast.While)
BATCHES = ("transforms/kernels.py", "jobs/lists/files.py")
STATEMENTS, LINES, RUN_LINES = 30, 250, 15


def name(path):
    return path.relative_to(ROOT).as_posix()


def describes_frames(path):
    """Not so: connected components, a loop until no edge is left, and what runs on executors."""
    return "clustering" not in path.parts and path.name != "similarity.py"


@pytest.mark.parametrize("path", filter(describes_frames, TRANSFORMS), ids=name)
def test_transforms_describe_work_and_never_start_it(path):
    tree = ast.parse(path.read_text())
    calls = [
        n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
    ]
    # F.first and pa functions of the same name are no actions.
    calls = [
        n for n in calls if not (isinstance(n.func.value, ast.Name) and n.func.value.id == "F")
    ]
    bad = [n for n in calls if n.func.attr in ACTIONS | MATERIALISES]
    bad += [n for n in calls if n.func.attr == "count" and not n.args]
    rdds = [n for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr == "rdd"]

    assert not [f"{name(path)}:{n.lineno} .{n.func.attr}()" for n in bad]
    assert not [f"{name(path)}:{n.lineno} .rdd" for n in rdds]


@pytest.mark.parametrize("path", filter(describes_frames, TRANSFORMS), ids=name)
def test_no_column_is_added_in_a_loop(path):
    loops = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, LOOPS)]
    names = {n.attr for loop in loops for n in ast.walk(loop) if isinstance(n, ast.Attribute)}

    assert not names & {"drop", "withColumn", "withColumnRenamed"}


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_batches_meet_kernels_in_one_place_and_become_files_in_another(path):
    tree = ast.parse(path.read_text())
    used = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}

    assert not used & {"mapInArrow", "mapInPandas"} or name(path) in BATCHES


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_files_and_functions_stay_small(path):
    text = path.read_text()
    functions = [
        n
        for n in ast.walk(ast.parse(text))
        if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    long = [n for n in functions if statements(n) > STATEMENTS]

    assert not [f"{name(path)}:{n.lineno} {n.name}: {statements(n)} statements" for n in long]
    assert len(text.splitlines()) <= LINES or path.name == "schemas.py"


@pytest.mark.parametrize("stage", STAGES.values(), ids=lambda stage: stage.__name__)
def test_a_job_reads_transforms_and_writes_in_a_few_lines(stage):
    tree = ast.parse(Path(stage.__file__).read_text())
    (run,) = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "run"]
    body = run.body[1:] if ast.get_docstring(run) else run.body

    assert body[-1].end_lineno - body[0].lineno + 1 <= RUN_LINES


def test_every_table_read_was_written_by_an_earlier_stage():
    written = set(FROM_BEFORE)
    for stage, module in STAGES.items():
        # A stage may look at what it wrote in an earlier run before it writes it anew.
        missing = set(module.READS) - written - set(module.WRITES)
        assert not missing, f"{stage} reads {missing}"
        written |= set(module.WRITES)


def test_every_table_has_one_writer():
    writers = [table for stage in STAGES.values() for table in stage.WRITES]

    assert sorted(set(writers)) == sorted(writers)


@pytest.mark.parametrize("stage", STAGES.values(), ids=lambda stage: stage.__name__)
def test_a_stage_touches_the_tables_it_declares_and_no_others(stage):
    tree = ast.parse(Path(stage.__file__).read_text())
    used = {"read": set(), "overwrite": set()}
    for call in (n for n in ast.walk(tree) if isinstance(n, ast.Call) and n.args):
        method = ast.unparse(call.func).rpartition(".")[2]
        if method in used and isinstance(call.args[0], ast.Constant):
            used[method].add(call.args[0].value)

    assert used["read"] <= set(stage.READS) | set(stage.WRITES)
    assert used["overwrite"] <= set(stage.WRITES)


def test_the_command_line_has_one_command_per_stage_in_their_order():
    assert list(STAGE_HELP) == list(STAGES)


def test_importing_the_code_starts_no_spark():
    probe = (
        "import pkgutil, importlib, transforms, jobs\n"
        "for package in (transforms, jobs):\n"
        "    for m in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "        importlib.import_module(m.name)\n"
        "from pyspark import SparkContext\n"
        "assert SparkContext._gateway is None\n"
    )
    subprocess.run([sys.executable, "-c", probe], check=True, cwd=ROOT)


def test_help_loads_no_spark():
    probe = "import sys, jobs.cli; assert 'pyspark' not in sys.modules"
    subprocess.run([sys.executable, "-c", probe], check=True, cwd=ROOT)


def test_the_repository_names_no_host_of_a_registry():
    settings = [*ROOT.glob("conf/*.*"), ROOT / "Makefile", *ROOT.glob("requirements*.lock")]

    assert not [name(path) for path in settings if "https://" in path.read_text()]


def statements(function):
    """Statements of the body, the docstring and those of nested functions apart."""
    inner = {
        n
        for f in ast.walk(function)
        if f is not function and isinstance(f, ast.FunctionDef)
        for n in ast.walk(f)
    }
    found = [n for n in ast.walk(function) if isinstance(n, ast.stmt) and n not in inner]
    return len(found) - 1 - bool(ast.get_docstring(function))
