"""Rows that arrive in batches are put together again as lists; files are whole or not there."""

import csv
from io import StringIO
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.lists.files import parts_of, write_whole
from scripts import list_speed

lists = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 2)), max_size=30).map(sorted)


@settings(deadline=None)  # the first batch loads what later ones find loaded
@given(lists, st.integers(1, 7))
def test_a_list_is_whole_however_its_rows_are_batched(keys, size):
    rows = [{"list": name, "part": part, "row": at} for at, (name, part) in enumerate(keys)]
    batches = pa.Table.from_pylist(rows).to_batches(max_chunksize=size) if rows else []

    found = [table.to_pylist() for table in parts_of(batches)]

    assert found == [list(same) for _, same in groupby(rows, key=itemgetter("list", "part"))]


def test_two_machines_write_one_file_although_their_processes_have_one_number(
    tmp_path, monkeypatch
):
    def meanwhile(path, content):
        monkeypatch.undo()  # the other machine comes and goes between our write and our rename
        path.write_bytes(content)
        write_whole(tmp_path / "a.csv", b"same")

    monkeypatch.setattr(Path, "write_bytes", meanwhile)
    write_whole(tmp_path / "a.csv", b"same")

    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("a.csv", b"same")]


def test_the_speed_of_lists_is_measured_on_rows_that_lists_have(tmp_path):
    """The measuring makes its rows by hand, and must keep up with what a list asks of them."""
    list_speed.write(3, 7, str(tmp_path))
    text = (tmp_path / "lists/38-a/394-b/15856-c7.csv").read_text(encoding="utf-8-sig")
    assert len(list(csv.reader(StringIO(text)))) == 1 + 3
