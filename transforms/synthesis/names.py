"""Names as three columns (surname, middle, given), by group of people, sex and year of birth."""

from dataclasses import dataclass

import polars as pl

from transforms.synthesis.draws import SLOTS, Dice, slot
from transforms.synthesis.lookups import Lookups, looked_up
from transforms.synthesis.name_tables import GROUPS, NameTables
from transforms.synthesis.places import Places

LAST_NORTHERN = 42  # Hà Tĩnh; the codes run from north to south
# Particles that stand where others have the surname.
PARTICLES = {"ede": ("Y", "H'"), "mnong": ("Y", "H'"), "bana": ("A", "Y")}
CLANS = ("ede", "mnong")
NO_MIDDLE = ("bana", "jrai", "xtieng", "foreign")
# Share of Thị among women and of Văn among men by year of birth (domain facts 8.2).
THI = ((1970, 0.75), (1985, 0.45), (2007, 0.18))
VAN = ((1970, 0.45), (1985, 0.20), (2007, 0.03))


@dataclass(frozen=True)
class Bearer:
    """What a name depends on: group of people, sex and year of birth."""

    group: pl.Expr
    female: pl.Expr
    year: pl.Expr


@dataclass(frozen=True)
class Names:
    """Draws names for bearers."""

    tables: NameTables
    places: Places
    dice: Dice

    def group_slots(self) -> list[int]:
        """Per province 1000 slots of groups of people (indices into GROUPS)."""
        kinh = [GROUPS[0] if int(p) <= LAST_NORTHERN else GROUPS[1] for p in self.places.provinces]
        shares = self.tables.group_shares(self.places.provinces, kinh)
        return [group for table in shares for group in table]

    def drawn(self, people: pl.DataFrame, bearer: Bearer, lookups: Lookups) -> pl.DataFrame:
        """People with `own_surname`, `own_middle` and `own_given`: a surname by `family_name`,
        middle names by `key` (twins share them), a given name by `given_key`."""
        key = pl.col("key")
        drawn = (
            people.with_columns(
                marked=self.dice.uniform("marker", key) < self._marker_share(bearer),
                words=self._words(bearer),
            )
            .pipe(looked_up, self._slot(bearer, "surname", pl.col("family_name")), lookups.surnames)
            .pipe(looked_up, self._slot(bearer, "middle", key), lookups.middles)
            .pipe(looked_up, self._slot(bearer, "middle 2", key), lookups.seconds)
            .pipe(looked_up, self._slot(bearer, "given", pl.col("given_key")), lookups.givens)
        )
        return drawn.with_columns(own_middle=self._middle(bearer))

    def _middle(self, bearer: Bearer) -> pl.Expr:
        """None, one or two words; Văn and Thị by year of birth."""
        one, two, words, marked = (pl.col(c) for c in ("one", "two", "words", "marked"))
        marker = pl.when(bearer.female).then(pl.lit("Thị")).otherwise(pl.lit("Văn"))
        first = pl.when(marked).then(marker).otherwise(one)
        pair = pl.when(first != two).then(first + " " + two).otherwise(first)
        kinh_like = pl.when(words == 3).then(first).when(words == 4).then(pair)
        ethnic = pl.when(_in(bearer, ("hmong", "khmer"))).then(one).otherwise(kinh_like)
        return pl.when(~_in(bearer, NO_MIDDLE)).then(ethnic)

    def arranged(self, bearer: Bearer) -> dict[str, pl.Expr]:
        """The three parts in the order the group writes them: clans come last, particles first."""
        particle: pl.Expr = pl.col("own_surname")
        for name, (man, woman) in PARTICLES.items():
            own = pl.when(bearer.female).then(pl.lit(woman)).otherwise(pl.lit(man))
            particle = pl.when(_in(bearer, (name,))).then(own).otherwise(particle)
        clan = _in(bearer, CLANS)
        whole = _in(bearer, ("foreign",))  # stands as one part
        return {
            "surname": particle,
            "middle": pl.when(clan).then("own_given").otherwise("own_middle"),
            "given": pl.when(clan).then("own_surname").when(~whole).then("own_given"),
        }

    def _slot(self, bearer: Bearer, purpose: str, key: pl.Expr) -> pl.Expr:
        table = bearer.group * 2 + bearer.female.cast(pl.Int64)
        return table * SLOTS + slot(self.dice.uniform(purpose, key))

    def _marker_share(self, bearer: Bearer) -> pl.Expr:
        men = _falling(bearer.year, VAN)
        return pl.when(bearer.female).then(_falling(bearer.year, THI)).otherwise(men)

    def _words(self, bearer: Bearer) -> pl.Expr:
        """2, 3 or 4 words: the young as in births 2007-2011, the old mostly three."""
        uniform = self.dice.uniform("words", pl.col("key"))
        female, year = bearer.female, bearer.year
        old = self.tables.word_shares("all", "UIT")
        men, women = (self.tables.word_shares(s, "HCMC") for s in ("M", "F"))
        two = pl.when(female).then(women[2]).when(year < 2000).then(old[2]).otherwise(men[2])
        young = pl.when(female).then(women[4]).otherwise(men[4])
        # Four words were rarer among women born before 1985 than the young sample says [A].
        grown = pl.when(female & (year >= 1985)).then(0.5 * women[4] + 0.5 * old[4])
        four = pl.when(year >= 2000).then(young).otherwise(grown.otherwise(old[4]))
        return (
            pl.when(uniform < two / 100).then(2).when(uniform > 1 - four / 100).then(4).otherwise(3)
        )


def _in(bearer: Bearer, groups: tuple[str, ...]) -> pl.Expr:
    return bearer.group.is_in([GROUPS.index(g) for g in groups])


def _falling(year: pl.Expr, points: tuple[tuple[float, float], ...]) -> pl.Expr:
    """A share that falls linearly between the points and is level outside them."""
    (y0, s0), (y1, s1), (y2, s2) = points
    early = s0 + (year - y0) * ((s1 - s0) / (y1 - y0))
    late = s1 + (year - y1) * ((s2 - s1) / (y2 - y1))
    return (
        pl.when(year < y0)
        .then(s0)
        .when(year < y1)
        .then(early)
        .when(year < y2)
        .then(late)
        .otherwise(s2)
    )
