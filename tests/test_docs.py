"""docs/tables.md and transforms/schemas.py tell of the same tables and columns."""

import re
from pathlib import Path

from pyspark.sql.types import StructType

from jobs.glossary import DISPOSITIONS
from transforms import schemas

TABLES = (Path(__file__).parent.parent / "docs" / "tables.md").read_text(encoding="utf-8")
HEADING = re.compile(r"^## .*\(`(\w+)`\)$", re.MULTILINE)


def documented() -> dict[str, list[str]]:
    """Schema name → its columns, in the order the page lists them."""
    _, *parts = HEADING.split(TABLES)
    sections = zip(parts[::2], parts[1::2], strict=True)
    return {name: re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) for name, text in sections}


def test_every_table_is_documented_with_every_column() -> None:
    spelled = {
        name: schema.fieldNames()
        for name, schema in vars(schemas).items()
        if isinstance(schema, StructType)
    }
    assert documented() == spelled


def test_the_readme_says_of_dispositions_what_reports_say() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    told = "\n".join(f"| `{name}` | {meaning} |" for name, meaning in DISPOSITIONS.items())
    assert told in readme
