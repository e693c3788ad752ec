"""Typed settings: conf/*.toml in, one frozen object out, or all errors at once.

`Settings` is where a run happens (local.toml, cluster.toml); `Matching` is what matches
(matching.toml). A stage takes its own part of these, never the whole.
"""

import hashlib
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, Field, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails

from jobs.errors import ConfigError
from transforms.blocking.people import ADDED, profile_columns, resident_columns
from transforms.blocking.rules import BlockingRule, SideName
from transforms.clustering.evidence import ClusteringRules
from transforms.correction.values import Correction
from transforms.deduplication.events import DoseRules
from transforms.linkage import Threshold
from transforms.measurement.masking import Measurement
from transforms.publication_rules import Publication
from transforms.reporting import Reporting
from transforms.schemas import PROFILE, RESIDENT
from transforms.scoring.comparisons import NUMBER_LEVELS
from transforms.scoring.estimation import ScoringRules
from transforms.verification import VerificationRules

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_CONF = ROOT / "conf" / "local.toml"
DEFAULT_MATCHING = ROOT / "conf" / "matching.toml"
DEFAULT_COSTS = ROOT / "conf" / "costs.toml"


def _beside(path: Path, info: ValidationInfo) -> Path:
    return (info.context / path).resolve() if info.context else path


MASTERS = re.compile(r"local(-cluster)?(\[[^\]]+\])?|yarn|(spark|k8s)://.+")
MEMORY = re.compile(r"(\d+)([kmgt])", re.IGNORECASE)
MIB = {"k": 2**-10, "m": 1, "g": 2**10, "t": 2**20}
LEAST_MIB = 512  # Spark itself stops below 450
# What a blocking rule may ask of each side.
COLUMNS: dict[SideName, tuple[str, ...]] = {
    "profile": (*PROFILE.names, *ADDED, *profile_columns()),
    "resident": (*RESIDENT.names, *resident_columns()),
}


def _master(given: str) -> str:
    if not MASTERS.fullmatch(given):
        raise ValueError(
            f"“{given}” is no master; give local[*], local[4], spark://host:7077, yarn or k8s://…"
        )
    return given


def _memory(given: str) -> str:
    found = MEMORY.fullmatch(given)
    if found is None or int(found[1]) * MIB[found[2].lower()] < LEAST_MIB:
        raise ValueError(
            f"“{given}” is no memory for Spark; give a number with m, g or t behind it, "
            f"{LEAST_MIB}m or more"
        )
    return given


def _distinct(rules: tuple[BlockingRule, ...]) -> tuple[BlockingRule, ...]:
    twice = [name for name, times in Counter(rule.name for rule in rules).items() if times > 1]
    if twice:
        raise ValueError(f"rules of one name: {', '.join(twice)}; give each a name of its own")
    return rules


def _of_known_columns(rules: tuple[BlockingRule, ...]) -> tuple[BlockingRule, ...]:
    for side, known in COLUMNS.items():
        for rule in rules:
            if unknown := [name for name in rule.columns(side) if name not in known]:
                raise ValueError(
                    f"rule “{rule.name}”: a {side} has no column {', '.join(unknown)}; "
                    f"there are {', '.join(sorted(known))}"
                )
    return rules


def _of_known_levels(rules: Correction) -> Correction:
    if unknown := [level for level in rules.own_number if level not in NUMBER_LEVELS]:
        raise ValueError(
            f"own_number: no such level {', '.join(unknown)}; there are {', '.join(NUMBER_LEVELS)}"
        )
    return rules


# A relative path in a settings file starts from that file's folder.
Place = Annotated[Path, AfterValidator(_beside)]


class SparkSettings(BaseModel, frozen=True, extra="forbid"):
    """Where it runs. `conf` goes to Spark as it stands."""

    master: Annotated[str, AfterValidator(_master)] = "local[*]"
    driver_memory: Annotated[str, AfterValidator(_memory)] = "6g"
    jars_dir: Place = ROOT / ".jars"
    log_level: Literal["ERROR", "WARN", "INFO"] = "ERROR"
    conf: dict[str, str] = {}


class ComponentsSettings(BaseModel, frozen=True, extra="forbid"):
    """Which connected-components finder to use; `auto` picks by size and by what is there."""

    engine: Literal["auto", "driver", "graphframes", "contraction"] = "auto"
    driver_edges: int = 20_000_000


class PilotSettings(BaseModel, frozen=True, extra="forbid"):
    """Whether the nation's lists wait for a pilot, and what its answers have to show."""

    required: bool = False
    rate: float = Field(default=0.98, gt=0, lt=1)  # proposals right: the low end of the interval
    answers: int = Field(default=400, ge=1)


class Settings(BaseModel, frozen=True, extra="forbid"):
    """All that may vary about where and how a run happens; never what it decides."""

    spark: SparkSettings = SparkSettings()
    components: ComponentsSettings = ComponentsSettings()
    pilot: PilotSettings = PilotSettings()
    passwords: Place | None = None  # file of the provinces' Excel passwords
    reference_dir: Place = ROOT / "conf" / "reference"
    run_disk_gib_free: float = 2.0


class Matching(BaseModel, frozen=True, extra="forbid"):
    """What matches: each part is the parameter object of one stage's transform."""

    verification: VerificationRules = VerificationRules()
    blocking: Annotated[
        tuple[BlockingRule, ...], AfterValidator(_distinct), AfterValidator(_of_known_columns)
    ] = Field(min_length=1, max_length=62)
    scoring: ScoringRules
    threshold: Threshold = Threshold()
    measurement: Measurement = Measurement()
    clustering: ClusteringRules = ClusteringRules()
    deduplication: DoseRules = DoseRules()
    correction: Annotated[Correction, AfterValidator(_of_known_levels)] = Correction()
    publication: Publication = Publication()
    reporting: Reporting = Reporting()


Model = TypeVar("Model", bound=BaseModel)


def load(path: Path, model: type[Model]) -> Model:
    """Read and validate one settings file; every mistake in it is named in one error."""
    try:
        return model.model_validate(
            tomllib.loads(path.read_text(encoding="utf-8-sig")), context=path.parent.resolve()
        )
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such settings file; give one with --conf") from error
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; give a file that can be read") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    except ValidationError as error:
        lines = [_mistake(told) for told in error.errors()]
        raise ConfigError("\n".join([f"{path}: {len(lines)} mistake(s)", *lines])) from error


def _mistake(told: ErrorDetails) -> str:
    """Key, value and what is allowed; what goes to Spark as it stands may be a secret."""
    key, said, given = ".".join(map(str, told["loc"])), told["msg"], told["input"]
    shown = isinstance(given, str | int | float) and not key.startswith("spark.conf")
    value = f"; found {given!r}" if shown and told["type"] != "value_error" else ""
    return f"  {key}: {said.removeprefix('Value error, ')}{value}"


def digest(*parts: str, digits: int = 12) -> str:
    """So many hex digits (four bits each) that change when any part does."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:digits]
