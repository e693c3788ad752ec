"""When waves came and vaccines were there: constants of the campaign with their sources."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from transforms.synthesis.recipe import Recipe
from transforms.synthesis.reference import Reference

# Share of adult first doses given until a day, after the totals of domain facts 6.3 [I].
ADULT_WAVES = (
    (0.0, date(2021, 3, 8)),
    (0.05, date(2021, 7, 10)),
    (0.25, date(2021, 8, 31)),
    (0.42, date(2021, 9, 30)),
    (0.72, date(2021, 10, 31)),
    (0.89, date(2021, 12, 1)),
    (0.955, date(2022, 1, 6)),
    (1.0, date(2022, 4, 22)),
)
TEEN_WAVES = ((0.0, date(2021, 10, 27)), (0.9, date(2021, 12, 31)), (1.0, date(2022, 2, 28)))
CHILD_WAVES = ((0.0, date(2022, 4, 14)), (1.0, date(2022, 4, 25)))
BOOSTERS_FROM = date(2021, 12, 1)  # 10225/BYT-DP
# Where supply is not published by product: mRNA 60 : 40, small ones by their known deliveries [A].
MRNA = {"Pfizer": 0.6, "Moderna": 0.4}
UNPUBLISHED = {"Hayat-Vax": 500_000, "Janssen": 300_000, "Covaxin": 30_000}
TEEN_PFIZER = 8_000_000  # of the mRNA supply until December 2021, given to 12-17
BOOSTERS = {"Pfizer": 0.52, "AstraZeneca": 0.24, "Moderna": 0.18, "Vero Cell": 0.06}  # [A]
SPREAD = {"AstraZeneca": 28, "Abdala": 7}  # days the second dose may be late; others 14
USUAL = {"AstraZeneca": 56, "Janssen": 120}  # days to the next dose; others the least interval


@dataclass(frozen=True)
class Vaccines:
    """The products in the order of the reference file."""

    reference: Reference
    recipe: Recipe

    @cached_property
    def labels(self) -> list[str]:
        return [row["platform_label"] for row in self.reference.vaccines]

    def number(self, label: str) -> int:
        """The product's index."""
        return self.labels.index(label)

    @cached_property
    def supply(self) -> dict[int, float]:
        """Product (an index) → doses for adults' basic courses."""
        rows = self.reference.vaccines
        mrna = next(
            r["doses_received_to_2021_12_04"] for r in rows if "Pfizer" in r["platform_label"]
        )
        total = int("".join(c for c in mrna if c.isdigit())) - TEEN_PFIZER
        known = {
            r["platform_label"]: float(r["doses_received_to_2021_12_04"])
            for r in rows
            if r["doses_received_to_2021_12_04"].isdigit()
        }
        weights = {**known, **UNPUBLISHED, **{v: share * total for v, share in MRNA.items()}}
        return {self.labels.index(v): w for v, w in weights.items()}

    @cached_property
    def boosters(self) -> dict[int, float]:
        return {self.labels.index(v): w for v, w in BOOSTERS.items()}

    @cached_property
    def first_days(self) -> list[int]:
        """Day of first use (days since 1970): a week after approval, not before the campaign."""
        approved = [date.fromisoformat(r["approved_vn"]) for r in self.reference.vaccines]
        start = self.recipe.campaign_start
        return [day_number(max(a + timedelta(days=7), start)) for a in approved]

    @cached_property
    def intervals(self) -> list[int]:
        return [
            USUAL.get(r["platform_label"]) or int(r["min_interval_days_for_rules"] or 28)
            for r in self.reference.vaccines
        ]

    @cached_property
    def spreads(self) -> list[int]:
        return [SPREAD.get(label, 14) for label in self.labels]


def day_number(day: date) -> int:
    return (day - date(1970, 1, 1)).days
