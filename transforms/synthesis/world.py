"""One nation's plan: how many people of each kind, and the tables they are drawn from."""

from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from transforms.synthesis.confusions import Confusions
from transforms.synthesis.draws import Dice
from transforms.synthesis.households import (
    BLOCK,
    HOUSEHOLDS,
    expected_share,
    female_share_of_free,
)
from transforms.synthesis.lookups import Lookups
from transforms.synthesis.name_tables import NameTables
from transforms.synthesis.names import Names
from transforms.synthesis.places import Places
from transforms.synthesis.recipe import Recipe
from transforms.synthesis.reference import Reference, Targets, targets
from transforms.synthesis.tables import lookups

AGE_GROUPS = ((18, 200), (12, 18), (5, 12))


@dataclass(frozen=True)
class World:
    """Identifiers run over residents, then people outside the register, then foreigners."""

    residents: int
    seed: int
    reference: Reference
    recipe: Recipe = field(default_factory=Recipe)

    @cached_property
    def dice(self) -> Dice:
        return Dice(self.seed)

    @cached_property
    def places(self) -> Places:
        return Places(self.reference, self.recipe, self.dice)

    @cached_property
    def names(self) -> Names:
        return Names(NameTables(self.reference), self.places, self.dice)

    @cached_property
    def confusions(self) -> Confusions:
        return Confusions(self.reference.confusions)

    @cached_property
    def targets(self) -> Targets:
        return targets(self.reference)

    @cached_property
    def lookups(self) -> Lookups:
        return lookups(self.places, self.names)

    @cached_property
    def free_women(self) -> float:
        """The share of women among members of a household whose sex is free."""
        return female_share_of_free(self.recipe.female)

    @property
    def household_count(self) -> int:
        return -(-self.residents // BLOCK) * HOUSEHOLDS

    @property
    def first_outsider(self) -> int:
        return -(-self.residents // BLOCK) * BLOCK

    def listed(self, idx: pl.Expr) -> pl.Expr:
        """Whether a person is in the register or, at the end of the last block, as good as."""
        return idx < self.first_outsider

    def foreign(self, idx: pl.Expr) -> pl.Expr:
        """Whether a person comes from abroad: the last ones."""
        return idx >= self.first_foreigner

    @property
    def first_foreigner(self) -> int:
        outsiders = round(self.residents * self.recipe.outsiders)
        return self.first_outsider + -(-outsiders // BLOCK) * BLOCK

    @property
    def people(self) -> int:
        return self.first_foreigner + round(self.residents * self.recipe.foreigners)

    @cached_property
    def dose_shares(self) -> list[tuple[float, float, float]]:
        """Per age group the share of its people with a first, second and third dose.

        People outside the register take their part of the national totals.
        """
        recipe = self.recipe
        others = 1 + recipe.outsiders + recipe.foreigners
        scale = 1 / recipe.national_millions / others / (1 - recipe.lost_to_death)
        totals = (recipe.adult_doses, recipe.teen_doses, recipe.child_doses)
        shares = []
        for (youngest, oldest), doses in zip(AGE_GROUPS, totals, strict=True):
            group = expected_share(youngest, oldest)
            first, second, third = (min(d * scale / group, 1.0) for d in doses)
            shares.append((first, second, third))
        return shares
