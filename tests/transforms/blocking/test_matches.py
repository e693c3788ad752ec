"""Both sides cut into tasks and segments give what one loop over all keys gives."""

import random
from collections import Counter, defaultdict

import numpy as np
import polars as pl
import pytest

from transforms.blocking import matches
from transforms.blocking.matches import (
    PAIR,
    Cap,
    blocks,
    credited,
    in_order,
    once,
    pairs,
    sent,
    sizes,
)
from transforms.hashing import hashed
from transforms.packing import packed, unpacked

CAPS = [Cap("few", 1_000, 3), Cap("cheap", 12, 1_000), Cap("any", 1_000, 1_000)]
KEYS = hashed(pl.Series(range(60))).view(np.int64).tolist()
WIDTH = 26  # four segments
SEGMENTS = 4
OFFERED = {"resident_id": pl.String, "household_hash": pl.Int64, "key": pl.Int64}


@pytest.fixture(params=range(3))
def records(request):
    """(profile, rule, key) and (resident, household, key), some keys on one side alone."""
    dice = random.Random(request.param)
    asking = [(n % 90, key % 3, KEYS[key]) for n in range(200) for key in [dice.randrange(50)]]
    offered = [(f"r{n % 70}", n % 35, KEYS[dice.randrange(10, 60)]) for n in range(200)]
    return sorted(set(asking)), sorted(set(offered))


def cells(rows, names, tasks=3):
    """One frame of cells per task."""
    frame = pl.DataFrame(rows, schema=names, orient="row")
    return [packed({0: frame[n::tasks]}) for n in range(tasks)]


def asking_cells(rows, tasks=3):
    return cells(rows, {"profile_id": pl.Int64, "rule": pl.Int8, "key": pl.Int64}, tasks)


def offered_cells(rows):
    return cells(rows, OFFERED)


def segments(tasks):
    together = pl.concat(tasks).partition_by("segment", as_dict=True)
    return {segment: group for (segment,), group in together.items()}


def both(left, right):
    ours, theirs = segments(left), segments(right)
    return [(ours[at], theirs[at]) for at in sorted(ours.keys() & theirs.keys())]


def plan(asking, offered):
    """Block by block."""
    asked = Counter((rule, key) for _, rule, key in asking)
    held = Counter(key for *_, key in offered)
    for (rule, key), profiles in asked.items():
        if residents := held[key]:
            cap = CAPS[rule]
            capped = profiles * residents > cap.max_pairs or residents > cap.max_residents
            yield key, (cap.rule, profiles, residents, capped)


def together(asking, offered, most=1_000):
    """Both sides' keys of each segment, in order, of what the tasks sent."""
    sides = [
        [sent(unpacked(task), most, WIDTH) for task in side]
        for side in (asking_cells(asking), offered_cells(offered))
    ]
    return [tuple(in_order(unpacked(cells)) for cells in group) for group in both(*sides)]


def test_blocks_are_counted_by_size_and_the_capped_ones_named(records):
    asking, offered = records
    expected = Counter((*size, key if size[-1] else None) for key, size in plan(asking, offered))
    found = pl.concat(sizes(blocks(*group, CAPS)) for group in together(asking, offered))
    columns = ("rule", "profiles", "residents", "capped", "key")
    summed = found.group_by(columns).agg(pl.sum("blocks"), pl.sum("pairs"))

    assert {row[:5]: row[5] for row in summed.select(*columns, "blocks").iter_rows()} == expected
    assert all(row[1] * row[2] * row[5] == row[6] for row in summed.iter_rows())
    assert {size[0] for key, size in plan(asking, offered) if size[-1]} == {"few", "cheap"}


def test_every_pair_of_a_block_that_is_not_capped_once_with_its_rules(records):
    asking, offered = records
    capped = {key for key, size in plan(asking, offered) if size[-1]}
    expected = defaultdict(set)
    for profile, rule, key in asking:
        for *resident, other in offered:
            if key == other and key not in capped:
                expected[profile, *resident].add(CAPS[rule].rule)

    cells_of = [
        pairs(*group, blocks(*group, CAPS).filter(~pl.col("capped")), SEGMENTS)
        for group in together(asking, offered)
    ]
    rows = [
        row
        for cell in segments(cells_of).values()
        for row in credited(cell, [cap.rule for cap in CAPS]).rows()
    ]
    found = {row[:3]: row[-1] for row in rows}

    assert len(rows) == len(found)
    assert {pair: set(rules) for pair, rules in found.items()} == expected
    order = [cap.rule for cap in CAPS]
    assert all(rules == sorted(rules, key=order.index) for rules in found.values())


@pytest.mark.parametrize("alike", [False, True])
def test_each_pair_once_with_all_its_bits_whatever_its_hash(monkeypatch, alike):
    dice = random.Random(5)
    rows = [(dice.randrange(9), f"r{dice.randrange(9)}", 1 << dice.randrange(3)) for _ in range(99)]
    found = pl.DataFrame(
        [(profile, resident, int(resident[1:]), bit) for profile, resident, bit in rows],
        schema=PAIR.columns,
        orient="row",
    )
    if alike:
        monkeypatch.setattr(matches, "hashed", lambda values: np.zeros(len(values), np.uint64))
    bits = defaultdict(int)
    for profile, resident, bit in rows:
        bits[profile, resident, int(resident[1:])] |= bit

    assert Counter(once(found).rows()) == Counter((*pair, of) for pair, of in bits.items())
    assert once(found[:0]).is_empty()


def test_a_key_of_too_many_records_leaves_its_task_as_one_row():
    keys = [(n, 2, KEYS[n % 2]) for n in range(5_000)] + [(1, 1, KEYS[2]), (2, 1, KEYS[2])]
    (task,) = asking_cells(keys, tasks=1)
    left = unpacked(sent(unpacked(task), 2, WIDTH)).group_by("key").agg(pl.len(), pl.sum("records"))

    assert {key: tuple(of) for key, *of in left.iter_rows()} == {
        KEYS[0]: (1, 2_500), KEYS[1]: (1, 2_500), KEYS[2]: (2, 2),
    }  # fmt: skip


def test_however_keys_are_sent_the_blocks_are_the_same(records):
    whole, cut = (
        pl.concat(sizes(blocks(*group, CAPS)) for group in together(*records, most))
        for most in (1_000, 3)
    )
    columns = ["rule", "profiles", "residents", "capped", "key", "blocks"]
    assert whole.sort(columns).equals(cut.sort(columns))


def test_sixty_two_rules_have_a_bit_each():
    rules = [f"rule {n}" for n in range(62)]
    found = [(1, at, KEYS[at % 60]) for at in (0, 31, 61)]
    caps = [Cap(rule, 1, 1) for rule in rules]
    told = [
        pairs(*group, blocks(*group, caps), 1)
        for group in together(found, [("r", 5, key) for _, _, key in found])
    ]
    (row,) = credited(pl.concat(told), rules).rows()
    assert row[-1] == ["rule 0", "rule 31", "rule 61"]
