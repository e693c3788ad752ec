"""Typed settings: conf/*.toml in, one frozen object out, or all errors at once.

`Settings` is where a run happens (local.toml, cluster.toml); `Matching` is what matches
(matching.toml). A stage takes its own part of these, never the whole.
"""

import hashlib
import tomllib
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, Field, ValidationError, ValidationInfo

from jobs.errors import ConfigError
from transforms.blocking.rules import BlockingRule
from transforms.clustering.evidence import ClusteringRules
from transforms.correction.values import Correction
from transforms.deduplication.events import DoseRules
from transforms.linkage import Threshold
from transforms.measurement.masking import Measurement
from transforms.publication import Publication
from transforms.reporting import Reporting
from transforms.scoring.estimation import ScoringRules
from transforms.verification import VerificationRules

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_CONF = ROOT / "conf" / "local.toml"
DEFAULT_MATCHING = ROOT / "conf" / "matching.toml"
DEFAULT_COSTS = ROOT / "conf" / "costs.toml"


def _beside(path: Path, info: ValidationInfo) -> Path:
    return (info.context / path).resolve() if info.context else path


# A relative path in a settings file starts from that file's folder.
Place = Annotated[Path, AfterValidator(_beside)]


class SparkSettings(BaseModel, frozen=True, extra="forbid"):
    """Where it runs. `conf` goes to Spark as it stands."""

    master: str = "local[*]"
    driver_memory: str = "6g"
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
    blocking: tuple[BlockingRule, ...] = Field(min_length=1, max_length=62)
    scoring: ScoringRules
    threshold: Threshold = Threshold()
    measurement: Measurement = Measurement()
    clustering: ClusteringRules = ClusteringRules()
    deduplication: DoseRules = DoseRules()
    correction: Correction = Correction()
    publication: Publication = Publication()
    reporting: Reporting = Reporting()


Model = TypeVar("Model", bound=BaseModel)


def load(path: Path, model: type[Model]) -> Model:
    """Read and validate one settings file; every mistake in it is named in one error."""
    try:
        return model.model_validate(
            tomllib.loads(path.read_text(encoding="utf-8")), context=path.parent.resolve()
        )
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such settings file; give one with --conf") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise ConfigError("\n".join([f"{path}: {len(lines)} mistake(s)", *lines])) from error


def digest(*parts: str) -> str:
    """Twelve hex digits that change when any part does."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]
