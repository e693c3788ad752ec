"""Names as three columns (surname, middle, given), by group of people, sex and year of birth."""

from dataclasses import dataclass

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

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

    group: Column
    female: Column
    year: Column


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

    def drawn(self, people: DataFrame, bearer: Bearer, lookups: Lookups) -> DataFrame:
        """People with `own_surname`, `own_middle` and `own_given`: a surname by `family_name`,
        middle names by `key` (twins share them), a given name by `given_key`."""
        key = F.col("key")
        uniforms = {
            "surname_slot": self._slot(bearer, "surname", F.col("family_name")),
            "middle_slot": self._slot(bearer, "middle", key),
            "second_slot": self._slot(bearer, "middle 2", key),
            "given_slot": self._slot(bearer, "given", F.col("given_key")),
            "marked": self.dice.uniform("marker", key) < self._marker_share(bearer),
        }
        seconds = lookups.middles.select(
            F.col("middle_slot").alias("second_slot"), F.col("one").alias("two")
        )
        slots = people.withColumns(uniforms).withColumn("words", self._words(bearer))
        for table in (lookups.surnames, lookups.middles, seconds, lookups.givens):
            slots = slots.transform(looked_up, table)
        return slots.withColumn("own_middle", self._middle(bearer))

    def _middle(self, bearer: Bearer) -> Column:
        """None, one or two words; Văn and Thị by year of birth."""
        one, two, words, marked = (F.col(c) for c in ("one", "two", "words", "marked"))
        marker = F.when(bearer.female, F.lit("Thị")).otherwise(F.lit("Văn"))
        first = F.when(marked, marker).otherwise(one)
        pair = F.when(first != two, F.concat_ws(" ", first, two)).otherwise(first)
        kinh_like = F.when(words == 3, first).when(words == 4, pair)
        ethnic = F.when(_in(bearer, ("hmong", "khmer")), one).otherwise(kinh_like)
        return F.when(~_in(bearer, NO_MIDDLE), ethnic)

    def arranged(self, bearer: Bearer) -> dict[str, Column]:
        """The three parts in the order the group writes them: clans come last, particles first."""
        particle = F.lit(None).cast("string")
        for name, (man, woman) in PARTICLES.items():
            own = F.when(bearer.female, F.lit(woman)).otherwise(F.lit(man))
            particle = F.when(_in(bearer, (name,)), own).otherwise(particle)
        clan = _in(bearer, CLANS)
        whole = _in(bearer, ("foreign",))  # stands as one part
        return {
            "surname": F.coalesce(particle, F.col("own_surname")),
            "middle": F.when(clan, F.col("own_given")).otherwise(F.col("own_middle")),
            "given": F.when(clan, F.col("own_surname")).when(~whole, F.col("own_given")),
        }

    def _slot(self, bearer: Bearer, purpose: str, key: Column) -> Column:
        table = bearer.group * 2 + bearer.female.cast("int")
        return table * SLOTS + slot(self.dice.uniform(purpose, key))

    def _marker_share(self, bearer: Bearer) -> Column:
        return F.when(bearer.female, _falling(bearer.year, THI)).otherwise(
            _falling(bearer.year, VAN)
        )

    def _words(self, bearer: Bearer) -> Column:
        """2, 3 or 4 words: the young as in births 2007-2011, the old mostly three."""
        uniform = self.dice.uniform("words", F.col("key"))
        old = self.tables.word_shares("all", "UIT")
        men, women = (self.tables.word_shares(s, "HCMC") for s in ("M", "F"))
        two = F.when(bearer.female, women[2]).otherwise(
            F.when(bearer.year < 2000, old[2]).otherwise(men[2])
        )
        young = F.when(bearer.female, women[4]).otherwise(men[4])
        # Four words were rarer among women born before 1985 than the young sample says [A].
        grown = F.when(bearer.female & (bearer.year >= 1985), 0.5 * women[4] + 0.5 * old[4])
        four = F.when(bearer.year >= 2000, young).otherwise(F.coalesce(grown, F.lit(old[4])))
        return F.when(uniform < two / 100, 2).when(uniform > 1 - four / 100, 4).otherwise(3)


def _in(bearer: Bearer, groups: tuple[str, ...]) -> Column:
    return bearer.group.isin([GROUPS.index(g) for g in groups])


def _falling(year: Column, points: tuple[tuple[int, float], ...]) -> Column:
    """A share that falls linearly between the points and is level outside them."""
    (y0, s0), (y1, s1), (y2, s2) = points
    early = s0 + (year - y0) * ((s1 - s0) / (y1 - y0))
    late = s1 + (year - y1) * ((s2 - s1) / (y2 - y1))
    return F.when(year < y0, s0).when(year < y1, early).when(year < y2, late).otherwise(s2)
