"""Blocking rules of a matching file: keys, and the steps that make them of a column's values."""

from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator

from transforms.blocking.rules import BlockingRule
from transforms.matching.names import checked_name
from transforms.matching.steps import checked_step


def _checked_key(key: str) -> str:
    column, *steps = key.split(":")
    checked_name(column)
    for step in steps:
        checked_step(step)
    return key


Key = Annotated[str, AfterValidator(_checked_key)]


class KeyRule(BaseModel, frozen=True, extra="forbid"):
    """Two records that agree on every key become a candidate pair."""

    on: tuple[Key, ...] = ()
    left: tuple[Key, ...] = ()
    right: tuple[Key, ...] = ()
    max_pairs: int = Field(default=40_000, ge=1)
    max_records: int = Field(default=1_000, ge=1)

    @model_validator(mode="after")
    def _sides_match(self) -> Self:
        if len(self.left) != len(self.right) or not (self.on or self.left):
            raise ValueError("give `on`, or as many keys in `left` as in `right`")
        return self

    @property
    def name(self) -> str:
        crossed = [f"{left}={right}" for left, right in zip(self.left, self.right, strict=True)]
        return " + ".join([*self.on, *crossed])

    @property
    def keys(self) -> tuple[str, ...]:
        return (*self.on, *self.left, *self.right)


def key_columns(rules: tuple[KeyRule, ...]) -> dict[str, str]:
    """Every key of any rule → the column that holds it."""
    keys = dict.fromkeys(key for rule in rules for key in rule.keys)
    return {key: f"_key_{at}" for at, key in enumerate(keys)}


def blocking_rules(rules: tuple[KeyRule, ...]) -> list[BlockingRule]:
    """The rules as `transforms.blocking` takes them, on the columns that hold their keys."""
    at = key_columns(rules)
    return [
        BlockingRule(
            name=rule.name,
            on=tuple(at[key] for key in rule.on),
            profile=tuple(at[key] for key in rule.left),
            resident=tuple(at[key] for key in rule.right),
            max_pairs=rule.max_pairs,
            max_residents=rule.max_records,
        )
        for rule in rules
    ]
