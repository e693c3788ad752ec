"""Communes, provinces and their multipliers: where a household lives, where a number was issued."""

import math
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

import polars as pl

from transforms.synthesis.draws import Dice, pick, slot, spread
from transforms.synthesis.recipe import Recipe
from transforms.synthesis.reference import Reference

COMMUNE_SLOTS = 1 << 16


@dataclass(frozen=True)
class Places:
    """Every commune of the country, laid out in the order of its code by population."""

    reference: Reference
    recipe: Recipe
    dice: Dice

    @cached_property
    def provinces(self) -> list[str]:
        return sorted(row["gso_code_2digit"] for row in self.reference.province_population)

    @cached_property
    def populations(self) -> list[int]:
        people = {
            row["gso_code_2digit"]: int(row["population_2019_04_01"])
            for row in self.reference.province_population
        }
        return [people[code] for code in self.provinces]

    @cached_property
    def communes(self) -> list[str]:
        """Province (2), district (3) and commune (5 digits) as one text, in order."""
        return sorted(
            row["province_code"] + row["district_code"] + row["commune_code"]
            for row in self.reference.admin_units
        )

    @cached_property
    def commune_slots(self) -> list[int]:
        ward = {
            r["commune_code"]: r["commune_type"] == "phuong" for r in self.reference.admin_units
        }
        weights = [self.recipe.ward_weight if ward[c[5:]] else 1.0 for c in self.communes]
        totals = dict.fromkeys(self.provinces, 0.0)
        for code, weight in zip(self.communes, weights, strict=True):
            totals[code[:2]] += weight
        people = dict(zip(self.provinces, self.populations, strict=True))
        shares = {
            i: people[c[:2]] * weights[i] / totals[c[:2]] for i, c in enumerate(self.communes)
        }
        return spread(shares, COMMUNE_SLOTS)

    @cached_property
    def province_starts(self) -> list[float]:
        """The share of people that live in the provinces before each."""
        seen: dict[str, int] = {}
        for number, commune in enumerate(self.commune_slots):
            seen.setdefault(self.communes[commune][:2], number)
        return [seen[p] / len(self.commune_slots) for p in self.provinces]

    def birth_province(self, idx: pl.Expr, province: pl.Expr) -> pl.Expr:
        """The province that issued the number: mostly the own one, in magnets half of them."""
        recipe = self.recipe
        own = [
            recipe.born_here_magnets if p in recipe.magnets else recipe.born_here
            for p in self.provinces
        ]
        anywhere = spread(dict(enumerate(self.populations)), 1024)
        moved = pick(anywhere, slot(self.dice.uniform("birth province", idx), 1024))
        stays = self.dice.happens(pick(own, province), "born here", idx)
        return pl.when(stays).then(province).otherwise(moved)

    @cached_property
    def multipliers(self) -> list[float]:
        """Error multiplier of each province: lognormal, its population-weighted mean is 1.

        Where the wrong doses of a province are published, their rate takes the draw's place.
        """
        published = {
            r["province"]: float(r["per_100_residents"])
            for r in self.reference.province_wrong
            if r["measure"] == "doses verified wrong"
        }
        names = {
            r["gso_code_2digit"]: r["province_2022"] for r in self.reference.province_population
        }
        raw = [self._multiplier(p, published.get(names[p])) for p in self.provinces]
        mean = sum(m * n for m, n in zip(raw, self.populations, strict=True)) / sum(
            self.populations
        )
        return [m / mean for m in raw]

    def _multiplier(self, province: str, published: float | None) -> float:
        if published is not None:
            return published / 20
        draw = min(max(self.dice.fixed(f"province {province}"), 0.02), 0.98)
        return math.exp(self.recipe.province_sigma * NormalDist().inv_cdf(draw))
