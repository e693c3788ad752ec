"""Shares of surnames, middle and given names by group of people, from the reference lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from transforms.synthesis.draws import spread
from transforms.synthesis.reference import Reference
from transforms.vietnamese import LETTERS

# The Kinh of the North and of the South write two surnames differently (domain facts, 2.2).
GROUPS = [
    "kinh_north",
    "kinh_south",
    "tay",
    "thai",
    "muong",
    "dao",
    "hmong",
    "khmer",
    "ede",
    "mnong",
    "bana",
    "jrai",
    "bru",
    "co",
    "xtieng",
    "foreign",
]
SEXES = ("M", "F")
REGIONAL = {"kinh_north": (0.97, 0.95), "kinh_south": (0.25, 0.25)}  # Hoàng, Vũ among their pairs
PAIRS = (("Hoàng", "Huỳnh"), ("Vũ", "Võ"))
KINH_BOOK = 0.4  # weight of the book of 2005, which is over-concentrated (domain facts, 2.2)
UNLISTED_MIDDLES = ("Văn", "Thị", "(none)")
Weights = dict[str, float]


@dataclass(frozen=True)
class NameTables:
    """Slots of names: (group, sex) → names, each as often as its share says."""

    reference: Reference

    @cached_property
    def kinh_surnames(self) -> Weights:
        """A sample of everybody, led towards one of Kinh alone: the others have own tables.

        The two regional pairs stand as one surname each.
        """
        listed, book = self._sampled("UIT"), self._sampled("Lê Trung Hoa")
        for one, other in PAIRS:
            listed[one] += listed.pop(other)
            book[one] = book.pop(f"{one}/{other}")
        return {n: w + KINH_BOOK * (book.get(n, w) - w) for n, w in listed.items()}

    def _sampled(self, sample: str) -> Weights:
        return {
            row["family_name"]: float(row["share_pct"])
            for row in self.reference.family_names
            if sample in row["sample"]
            and all(map(_spelt, row["family_name"].split("/")))
            and float(row["share_pct"]) > 0.08
        }

    def regional_surnames(self, group: str) -> Weights:
        weights = dict(self.kinh_surnames)
        for (one, other), share in zip(PAIRS, REGIONAL[group], strict=True):
            weights |= {one: weights[one] * share, other: weights[one] * (1 - share)}
        return weights

    def ethnic(self, group: str, part: str, sex: str) -> Weights:
        """A part of the names of one group; parts may be given by sex (`surname_m`)."""
        parts = (part, f"{part}_{sex.lower()}")
        return {
            row["name"]: float(row["weight"])
            for row in self.reference.ethnic_names
            if row["group"] == group and row["part"] in parts
        }

    @cached_property
    def kinh_middles(self) -> dict[str, Weights]:
        """Middle names of one word by sex; the list is mostly male, so given names tell the sex."""
        listed = {
            row["middle_name"]: float(row["share_pct"])
            for row in self.reference.middle_names
            if row["middle_name"] not in UNLISTED_MIDDLES
            and " " not in row["middle_name"]
            and _spelt(row["middle_name"])
        }
        male, female = self._given("M"), self._given("F")
        women = {n: w * _affinity(female.get(n, 0), male.get(n, 0)) for n, w in listed.items()}
        for row in self.reference.middle_names:
            first, _, second = row["middle_name"].partition(" ")
            if first == "Thị" and second:
                women[second] = women.get(second, 0) + 4 * float(row["share_pct"])
        return {"M": listed, "F": women}

    @cached_property
    def kinh_givens(self) -> dict[str, Weights]:
        """Given names by sex; what the list leaves unnamed is filled with rarer names."""
        return {sex: self._filled(sex) for sex in SEXES}

    def _given(self, sex: str) -> Weights:
        rows = self.reference.given_names
        return {r["given_name"]: float(r["share_pct"]) for r in rows if r["sex"] == sex}

    def _filled(self, sex: str) -> Weights:
        listed = self._given(sex)
        other = {
            n: w for n, w in self._given("F" if sex == "M" else "M").items() if n not in listed
        }
        middles = {n: w for n, w in self.kinh_middles[sex].items() if n not in listed}
        rest = {n: other.get(n, 0) * 0.3 + middles.get(n, 0) for n in {**other, **middles}}
        missing = 100 - sum(listed.values())
        # Flattened: the list stops at the common names, what lies below is spread evenly.
        flat = {n: w**0.5 for n, w in rest.items()}
        return listed | {n: w / sum(flat.values()) * missing for n, w in flat.items()}

    def surnames(self, group: str, sex: str) -> Weights:
        if group in REGIONAL:
            return self.regional_surnames(group)
        own = self.ethnic(group, "surname", sex) or self.ethnic(group, "clan", sex)
        return own or self.ethnic(group, "full", sex) or self.kinh_surnames

    def middles(self, group: str, sex: str) -> Weights:
        return self.ethnic(group, "middle", sex) or self.kinh_middles[sex]

    def givens(self, group: str, sex: str) -> Weights:
        return self.ethnic(group, "given", sex) or self.kinh_givens[sex]

    def slots(self, part: str) -> list[str]:
        """The tables of all groups, men before women, one after the other."""
        table = {"surname": self.surnames, "middle": self.middles, "given": self.givens}[part]
        return [name for group in GROUPS for sex in SEXES for name in spread(table(group, sex))]

    def group_shares(self, provinces: list[str], kinh: list[str]) -> list[list[int]]:
        """Per province 1000 slots of groups; what is not listed is Kinh of the region."""
        tables = []
        for province, home in zip(provinces, kinh, strict=True):
            listed = {
                GROUPS.index(row["group"]): float(row["share"])
                for row in self.reference.ethnic_shares
                if row["province_code"] == province
            }
            tables.append(spread({GROUPS.index(home): 1 - sum(listed.values()), **listed}, 1000))
        return tables

    def word_shares(self, sex: str, sample: str) -> Mapping[int, float]:
        """Number of words → share of names; the sample is named by how it begins."""
        shares: dict[int, float] = {}
        current = ""
        for row in self.reference.word_counts:
            current = row["sample"] or current
            if row["sex"] == sex and current.startswith(sample) and row["words"].isdigit():
                shares[int(row["words"])] = float(row["share_pct"])
        return shares


def _spelt(name: str) -> bool:
    """Whether a listed name is written in Vietnamese letters (a few are legacy encodings)."""
    return all(letter in LETTERS for letter in name.upper()) and "Ñ" not in name.upper()


def _affinity(female: float, male: float) -> float:
    """How much a middle name leans to women, from its use as a given name."""
    return (female + 0.02) / (female + male + 0.06)
