"""Rows that arrive in batches, put together again as lists."""

from itertools import groupby
from operator import itemgetter

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.lists.files import parts_of

lists = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 2)), max_size=30).map(sorted)


@settings(deadline=None)  # the first batch loads what later ones find loaded
@given(lists, st.integers(1, 7))
def test_a_list_is_whole_however_its_rows_are_batched(keys, size):
    rows = [{"list": name, "part": part, "row": at} for at, (name, part) in enumerate(keys)]
    batches = pa.Table.from_pylist(rows).to_batches(max_chunksize=size) if rows else []

    found = [table.to_pylist() for table in parts_of(batches)]

    assert found == [list(same) for _, same in groupby(rows, key=itemgetter("list", "part"))]
