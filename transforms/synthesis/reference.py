"""What the recipe reads from conf/reference: plain rows in, typed tables of shares out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Reference:
    """The files of conf/reference, each as the rows it holds."""

    admin_units: Rows
    cccd_province_codes: Rows
    province_population: Rows
    province_wrong: Rows
    phone_prefixes: Rows
    old_phone_prefixes: Rows
    vaccines: Rows
    funnel: Rows
    errors: Rows
    telex_vni_keys: Rows
    confusions: Rows
    family_names: Rows
    given_names: Rows
    middle_names: Rows
    word_counts: Rows
    ethnic_names: Rows
    ethnic_shares: Rows

    def error_shares(self, bucket: str) -> dict[str, float]:
        """Code → share within its bucket (a bucket is named by how its title begins)."""
        return {
            row["code"]: float(row["share_pct_within_bucket"]) / 100
            for row in self.errors
            if row["bucket"].startswith(bucket)
        }

    def doses_on(self, day: str) -> dict[str, int]:
        """Measure → doses of the national funnel on one day."""
        return {
            r["measure"]: int(r["doses"]) for r in self.funnel if r["as_of"] == day and r["doses"]
        }


@dataclass(frozen=True)
class Targets:
    """How many rows each official class holds, as shares (of injected or of recorded doses)."""

    missing: float
    unsent: float
    wrong: float
    noid_resolvable: float
    noid_unresolvable: float

    @property
    def noid(self) -> float:
        return self.noid_resolvable + self.noid_unresolvable


def targets(reference: Reference) -> Targets:
    """The funnel of 25 April 2022 (domain facts, section 7.2)."""
    doses = reference.doses_on("2022-04-25")
    recorded = doses["recorded on platform"]
    unverified = doses["could NOT be verified"]
    return Targets(
        missing=1 - recorded / doses["injected"],
        unsent=1 - doses["sent / cross-checked"] / recorded,
        wrong=doses["with CCCD/CMND, verified WRONG"] / recorded,
        noid_resolvable=(doses["without / malformed CCCD/CMND"] - unverified) / recorded,
        noid_unresolvable=unverified / recorded,
    )
