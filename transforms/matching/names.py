"""What columns may be called in a matching file: names that nothing else in it has."""

import re
from collections.abc import Collection

# What the outputs, and the frames of pairs on the way to them, call their own columns.
OWN = frozenset(
    (
        *("left_id", "right_id", "rules", "rarity", "match_weight", "match_probability"),
        *("l", "r", "src", "dst", "pattern", "pattern_weight", "pairs"),
    )
)
# What follows the name of a column whose values are counted.
OF_COUNTED = ("_records", "_share")


def checked_name(name: str) -> str:
    """The name itself; ValueError that says what it should look like."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ValueError(f"{name!r}: small letters, digits and _ only, beginning with a letter")
    if name in OWN:
        raise ValueError(f'{name!r} is a column of the results; name it otherwise, from = "{name}"')
    return name


def of_own_columns(names: Collection[str], counted: Collection[str]) -> list[str]:
    """Which of `names` matching itself gives to a column that it makes of a `counted` one."""
    made = {f"{name}{ending}" for name in counted for ending in OF_COUNTED}
    return sorted(made & set(names))
