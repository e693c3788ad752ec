"""The files of a made-up nation: its registers, and the truth about them."""

from pathlib import Path

import polars as pl


def read(registers: Path, name: str) -> pl.DataFrame:
    """All rows of `residents`, `doses` or `truth`: a Parquet file, or a folder of them."""
    path = registers / f"{name}.parquet"
    return pl.read_parquet(path / "*.parquet" if path.is_dir() else path)
