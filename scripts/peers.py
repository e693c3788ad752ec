"""The peer that the benchmark compares with: its environments, and how it is run."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from pyarrow.dataset import dataset
from pyarrow.parquet import ParquetWriter
from rich.console import Console

from jobs.config import ROOT
from scripts.outcome import ON_SPARK, PEER, Measured
from scripts.watching import watched

NEEDS = ("splink==5.0.0", "duckdb", "polars")
ON_SPARK_NEEDS = ("splink[spark]==5.0.0", "duckdb", "polars")
ON_SPARK_SCRIPT = ROOT / "scripts" / "splink_spark.py"

Command = Sequence[Path]  # its interpreter and its scripts

console = Console(highlight=False, soft_wrap=True, stderr=True)


def peers(work: Path, script: Path, *, on_spark: bool) -> dict[str, Command]:
    """How the peer is called, on its own engine and on Spark; nothing where it is not there."""
    if not script.exists():
        return {}
    found: dict[str, Command] = {
        PEER: (peers_python(work / "peer", NEEDS), script),
    }
    if on_spark:
        python = peers_python(work / "peer-spark", ON_SPARK_NEEDS)
        found[ON_SPARK] = (python, ON_SPARK_SCRIPT, script)
    return found


def peers_python(home: Path, needs: Sequence[str]) -> Path:
    """An environment of the peer's own, made once."""
    python = home / "bin" / "python"
    if not (home / "ready").exists():
        console.print(f"setting up {home.name}")
        subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *needs], check=True)
        (home / "ready").touch()
    return python


def theirs(words: Command, registers: Path, alone: Path) -> Measured:
    """Files → links; the truth is left out of its folder, so its threshold is its own."""
    if not alone.exists():
        alone.mkdir()
        for name in ("residents", "doses"):
            one_file(registers / f"{name}.parquet", alone / f"{name}.parquet")
    return watched([*map(str, words), str(alone), str(alone / "links.parquet")])


def one_file(folder: Path, target: Path) -> None:
    """The peer reads no folder of parts."""
    parts = dataset(folder)
    with ParquetWriter(target, parts.schema) as writer:
        for batch in parts.to_batches():
            writer.write_batch(batch)
