import re

import pytest

from jobs.errors import LedgerError
from jobs.invariants import FAULT, TOO_LARGE, hold
from transforms.invariants import violated


@pytest.mark.parametrize(
    ("name", "way_out"),
    [("no resident with over 500 profiles", TOO_LARGE), ("one component per profile", FAULT)],
)
def test_a_broken_promise_is_told_with_a_way_out(name, way_out):
    told = f"{name}: broken 3 time(s); {way_out}"
    with pytest.raises(LedgerError, match=f"{re.escape(told)}$"):
        hold(violated({name: 1}), violated({name: 2}))


def test_nothing_broken_is_nothing_said():
    hold(violated({"one component per profile": 0}))
