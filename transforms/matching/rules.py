"""The matching file as typed parameter objects; what it leaves out is derived from the columns."""

from itertools import combinations
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator

from transforms.matching.columns import ColumnRule, Names
from transforms.matching.keys import KeyRule
from transforms.matching.kinds import KINDS
from transforms.matching.levels import OF_OTHER_COLUMN, WITHOUT_TEXT, parsed, suits
from transforms.matching.names import checked_name, of_own_columns

MOST_RULES = 62  # one bit each


def _checked_level(level: str) -> str:
    parsed(level)
    return level


ColumnName = Annotated[str, AfterValidator(checked_name)]
Level = Annotated[str, AfterValidator(_checked_level)]


class Comparison(BaseModel, frozen=True, extra="forbid"):
    """How one column is compared: levels from best to worst; what meets none is `different`."""

    column: ColumnName
    levels: tuple[Level, ...] = Field(default=(), max_length=20)
    term_frequency: bool | None = None


class Thresholds(BaseModel, frozen=True, extra="forbid"):
    """Where certainty begins, where a look stops being worth it, and the lead over the next."""

    link: float = Field(default=0.7, gt=0, lt=1)
    review: float = Field(default=0.1, gt=0, lt=1)
    margin: float = Field(default=1.0, ge=0)


class Clusters(BaseModel, frozen=True, extra="forbid"):
    """How records that link to each other become one."""

    max_records: int = Field(default=300, ge=2)
    linkage: Literal["average", "single"] = "average"


class Learning(BaseModel, frozen=True, extra="forbid"):
    """What the model starts from; everything else is learnt from the data."""

    random_pairs: int = Field(default=200_000, ge=10_000)
    expected_matches: float | None = Field(default=None, gt=0)


class MatchingFile(BaseModel, frozen=True, extra="forbid"):
    """One matching file: the columns say enough, the other parts refine."""

    id: Names = Field(min_length=1, max_length=2)
    columns: dict[ColumnName, ColumnRule] = Field(min_length=1)
    comparisons: tuple[Comparison, ...] = ()
    blocking: tuple[KeyRule, ...] = Field(default=(), max_length=MOST_RULES)
    one_to_one: bool = True
    threshold: Thresholds = Thresholds()
    clusters: Clusters = Clusters()
    learning: Learning = Learning()

    @model_validator(mode="before")
    @classmethod
    def _short_columns(cls, value: dict[str, object]) -> dict[str, object]:
        """A column given as text is its kind."""
        columns = value.get("columns")
        if isinstance(columns, dict):
            short = {name: {"kind": c} if isinstance(c, str) else c for name, c in columns.items()}
            return {**value, "columns": short}
        return value

    @model_validator(mode="after")
    def _known_columns(self) -> Self:
        named = [c.column for c in self.comparisons]
        named += [key.split(":")[0] for rule in self.blocking for key in rule.keys]
        named += [other for c in self.comparisons for other in _others(c)]
        unknown = sorted(set(named) - set(self.columns))
        if unknown:
            raise ValueError(
                f"no column {', '.join(unknown)}; [columns] has {', '.join(self.columns)}"
            )
        twice = sorted(
            {
                c.column
                for c in self.comparisons
                if [o.column for o in self.comparisons].count(c.column) > 1
            }
        )
        if twice:
            raise ValueError(
                f"compared twice: {', '.join(twice)}; give a column one comparison with all levels"
            )
        return self

    @model_validator(mode="after")
    def _levels_suit(self) -> Self:
        wrong = [
            f"{level} of {c.column}, a {self.columns[c.column].kind}"
            for c in self.comparisons
            for level in c.levels
            if not suits(level, self.columns[c.column].kind)
        ]
        wrong += [f"{key.split(':')[1]} of {key.split(':')[0]}, a set" for key in self._cut_sets()]
        wrong += [
            f"{level} of {c.column}, as {other} is a {self.columns[other].kind}"
            for c in self.comparisons
            for level, other in _looking_at_others(c)
            if self.columns[other].kind in WITHOUT_TEXT
        ]
        if wrong:
            raise ValueError(f"levels or steps of another kind of column: {'; '.join(wrong)}")
        return self

    @model_validator(mode="after")
    def _values_can_be_counted(self) -> Self:
        compared = self.compared()
        if not compared:
            raise ValueError("no column is compared; leave out compare = false")
        counted = [c.column for c in compared if c.term_frequency]
        sets = [name for name in counted if self.columns[name].kind == "set"]
        if sets:
            raise ValueError(f"term_frequency of {', '.join(sets)}, a set: its members are many")
        if own := of_own_columns(self.columns, counted):
            raise ValueError(f"{', '.join(own)}: matching gives this name to another column")
        return self

    def _cut_sets(self) -> list[str]:
        """Blocking keys that change the text of a set, which has none."""
        keys = [key for rule in self.blocking for key in rule.keys if ":" in key]
        return [key for key in keys if self.columns[key.split(":")[0]].kind == "set"]

    def id_of(self, side: str) -> str:
        return self.id[-1] if side == "right" else self.id[0]

    def compared(self) -> tuple[Comparison, ...]:
        """Every column that is compared, with the levels and habits of its kind filled in."""
        stated = {c.column: c for c in self.comparisons}
        return tuple(
            self._filled_in(stated.get(name, Comparison(column=name)))
            for name, rule in self.columns.items()
            if rule.compare or name in stated
        )

    def _filled_in(self, comparison: Comparison) -> Comparison:
        rule = self.columns[comparison.column]
        kind = KINDS[rule.kind]
        swapped = self._other_name() if rule.kind == "given_name" else None
        levels = (
            kind.levels
            if swapped is None
            else (kind.levels[0], f"swapped {swapped}", *kind.levels[1:])
        )
        adjusts = comparison.term_frequency
        return Comparison(
            column=comparison.column,
            levels=comparison.levels or levels,
            term_frequency=kind.term_frequency if adjusts is None else adjusts,
        )

    def _other_name(self) -> str | None:
        surnames = [name for name, rule in self.columns.items() if rule.kind == "surname"]
        return surnames[0] if len(surnames) == 1 else None

    def rules(self) -> tuple[KeyRule, ...]:
        """The blocking rules stated, else one for every two columns and for each identifier."""
        return self.blocking or self._default_rules()

    def _default_rules(self) -> tuple[KeyRule, ...]:
        keyed = {
            name: ":".join([name, *steps])
            for name, rule in self.columns.items()
            if rule.block and rule.compare and (steps := KINDS[rule.kind].block) is not None
        }
        alone = [
            KeyRule(on=(key,))
            for name, key in keyed.items()
            if KINDS[self.columns[name].kind].alone or len(keyed) == 1
        ]
        turned = [
            KeyRule(left=(keyed[c.column], keyed[other]), right=(keyed[other], keyed[c.column]))
            for c in self.compared()
            for other in _others(c)
            if c.column in keyed and other in keyed
        ]
        pairs = [KeyRule(on=two) for two in combinations(keyed.values(), 2)]
        return tuple([*alone, *turned, *pairs][:MOST_RULES])


def _others(comparison: Comparison) -> list[str]:
    """The other columns that a comparison's levels look at."""
    return [other for _, other in _looking_at_others(comparison)]


def _looking_at_others(comparison: Comparison) -> list[tuple[str, str]]:
    parts = [(level, *parsed(level)) for level in comparison.levels]
    return [(level, other) for level, name, other in parts if name in OF_OTHER_COLUMN]
