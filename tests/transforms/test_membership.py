import numpy as np
import polars as pl
import pytest

from transforms.hashing import hashed
from transforms.membership import bitmap, bitmap_of, bits, may_hold, positions, width_for
from transforms.packing import packed

ASKED = hashed(pl.Series(range(100_000)))


def made(keys, width, tasks=3):
    """The bitmap of keys that lie in several tasks, some of them in two."""
    parts = [*np.array_split(keys, tasks), keys[:10]]
    cells = [packed({0: pl.DataFrame({"key": part.view(np.int64)})}) for part in parts]
    marked = pl.concat(positions(cell, width) for cell in cells).partition_by("segment")
    return bitmap(pl.concat([bits(cell, width) for cell in marked]), width)


@pytest.mark.parametrize("width", [16, 22, 24])
def test_a_key_that_was_asked_for_is_never_denied(width):
    found = made(ASKED, width)

    assert len(found) == 1 << (width - 3)
    assert may_hold(found, ASKED).all()


def test_few_others_pass_at_the_width_for_so_many_keys():
    others = hashed(pl.Series(range(-200_000, 0)))

    assert may_hold(made(ASKED, width_for(len(ASKED))), others).mean() < 0.07


def test_the_bitmap_is_that_of_the_keys_however_they_are_spread():
    assert (made(ASKED, 25, tasks=1) == made(ASKED[::-1], 25, tasks=7)).all()


@pytest.mark.parametrize("keys", [1, 100_000])
def test_of_keys_that_are_together_it_is_the_same(keys):
    asked = ASKED[:keys]

    assert (bitmap_of(asked) == made(asked, width_for(keys))).all()


def test_of_no_keys_it_denies_everything():
    assert not may_hold(bitmap(packed({}), width_for(0)), ASKED).any()


@pytest.mark.parametrize(("keys", "width"), [(0, 16), (4_000_000, 26), (10**12, 32)])
def test_a_bitmap_has_bounds(keys, width):
    assert width_for(keys) == width
