"""The small tables of conf/reference that stages need as plain values."""

import csv
from pathlib import Path

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from jobs.errors import ConfigError
from transforms.vietnamese import fold

# What runs read of their reference files.
COLUMNS = {
    "admin_units.csv": (
        "province_code", "province", "district_code", "district", "commune_code", "commune",
        "commune_type",
    ),
    "phone_prefix_2018.csv": ("old_prefix_11digit", "new_prefix_10digit"),
    "phonetic_confusions.csv": ("slot", "form_a", "form_b"),
    "province_tiles.csv": ("province_code", "province", "label", "column", "row"),
    "vaccine_age_starts.csv": ("platform_label", "start", "age"),
    "vaccines_vn.csv": (
        "platform_label", "product", "approved_vn", "primary_doses", "min_interval_days_for_rules",
    ),
    "verification_funnel_2022.csv": ("as_of", "measure", "doses"),
}  # fmt: skip


def refuse_damaged(reference_dir: Path) -> None:
    """ConfigError where a file that runs read is missing or damaged: before they start."""
    for name in COLUMNS:
        rows(reference_dir, name)


def rows(reference_dir: Path, name: str) -> list[dict[str, str]]:
    """The rows of one reference file, each with all columns that are read of it."""
    path = reference_dir / name
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            found = list(csv.DictReader(file))
    except OSError as error:
        raise ConfigError(
            f"{path}: reference table missing; restore it from the release"
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"{path}: no CSV in UTF-8; restore it from the release") from error
    wanted = COLUMNS.get(name, ())
    for at, row in enumerate(found or [{}], start=1):
        if lacking := [column for column in wanted if row.get(column) is None]:
            raise ConfigError(
                f"{path}, row {at}: {', '.join(lacking)} missing; restore it from the release"
            )
    return found


def phone_prefixes_2018(reference_dir: Path) -> dict[str, str]:
    """Old 4-digit prefix of an 11-digit number → new 3-digit prefix (since 15 September 2018)."""
    return {
        row["old_prefix_11digit"]: row["new_prefix_10digit"]
        for row in rows(reference_dir, "phone_prefix_2018.csv")
    }


def province_of_communes(reference_dir: Path) -> dict[str, str]:
    """A commune's code → its province's."""
    units = rows(reference_dir, "admin_units.csv")
    return {row["commune_code"]: row["province_code"] for row in units}


def admin_units(spark: SparkSession, reference_dir: Path) -> DataFrame:
    """One row per commune: codes and names of commune, district and province, all as text."""
    return spark.createDataFrame(pa.Table.from_pylist(rows(reference_dir, "admin_units.csv")))


def name_confusions(reference_dir: Path) -> frozenset[frozenset[str]]:
    """Folded tokens that stand for one name in different regions (Hoàng/Huỳnh, Vũ/Võ, …)."""
    return frozenset(
        frozenset((fold(row["form_a"]), fold(row["form_b"])))
        for row in rows(reference_dir, "phonetic_confusions.csv")
        if row["slot"] in ("surname", "given")
    )
