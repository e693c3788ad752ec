"""Blocking rules by the evidence they stand on: which can fire without a number."""

from collections.abc import Iterable, Mapping

# A key column belongs to a family when its name begins (numbers) or contains (names) one of these.
NUMBERS, PHONES = ("number", "owner_", "id_number", "old_id_number"), ("phone",)
NAMES = ("name", "given")

Keys = Mapping[str, Iterable[str]]  # rule → its key columns on the profile's side


def on_number(columns: Iterable[str]) -> bool:
    return any(column.startswith(NUMBERS) for column in columns)


def on_phone(columns: Iterable[str]) -> bool:
    return any(column.startswith(PHONES) for column in columns)


def on_name(columns: Iterable[str]) -> bool:
    return any(part in column for column in columns for part in NAMES)


def descriptive(rules: Keys) -> tuple[str, ...]:
    """Rules on names, dates and places alone."""
    return tuple(n for n, keys in rules.items() if not on_number(keys) and not on_phone(keys))


def identifying(rules: Keys) -> tuple[str, ...]:
    """Rules on numbers or phones that need no name: what the others could not have found."""
    return tuple(
        n for n, keys in rules.items() if (on_number(keys) or on_phone(keys)) and not on_name(keys)
    )
