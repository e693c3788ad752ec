"""A change of a Delta table, written down before it is made: rows that go, files that come.

`deltalake` reads deletion vectors and cannot write any, so the commit is put into words here
(Delta transaction log protocol: "Add File and Remove File", "Deletion Vector Format").
"""

import base64
import json
import os
import zlib
from array import array
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from deltalake import DeltaTable
from pyroaring import BitMap64

from jobs import clock
from jobs.delta_log import DELETIONS, files_that_lost_rows
from jobs.errors import LedgerError
from jobs.parquet_files import File

Positions = npt.NDArray[np.uint32]
Action = dict[str, dict[str, Any]]
Vector = Mapping[str, Any]  # where the positions of a file's rows that are gone stand

FORMAT = b"\x01"
MAGIC = (1681511377).to_bytes(4, "little")  # of a set of row positions in the portable form
# The alphabets of RFC 1924, which Python writes, and of Z85, which Delta reads.
DIGITS = "0123456789"
SMALL, LARGE = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
Z85 = str.maketrans(
    DIGITS + LARGE + SMALL + "!#$%&()*+-;<=>?@^_`{|}~",
    DIGITS + SMALL + LARGE + ".-:+=^!/*?&<>()[]{}@%$#",
)


class Change(NamedTuple):
    """Files that come, in the table's folder; of files there, by their paths, all rows gone."""

    added: Sequence[File]
    gone: Mapping[str, Positions]


def prepared(table: Path, change: Change, metadata: str) -> tuple[int, str]:
    """The version that the change makes, and its commit; what it names lies in the folder.

    Raises:
        LedgerError: the log no longer says where the rows that are gone already stand.
    """
    found = DeltaTable(table)
    files = pa.table(found.get_add_actions()).to_pylist()
    before = _vectors(table, found, {file["path"] for file in files})
    vectors = _written(table, change.gone)
    gone = sum(vector["cardinality"] for vector in {**before, **vectors}.values())
    rows = sum(file["num_records"] for file in files) + sum(file.rows for file in change.added)
    actions = [_commit_info(rows - gone, metadata), *_protocol(found)]
    for file in files:
        if vector := vectors.get(file["path"]):
            actions += _replaced(file, before.get(file["path"]), vector)
    for added in change.added:
        changed = int((table / added.name).stat().st_mtime * 1000)
        actions.append({"add": _add(added.name, added.size, changed, added.rows)})
    return found.version() + 1, "\n".join(json.dumps(action) for action in actions) + "\n"


def commit(table: Path, version: int, text: str) -> None:
    """Make the change, all of it or nothing; once made it is not made again."""
    place = table / "_delta_log" / f"{version:020}.json"
    whole = place.with_name(f".{place.name}.{uuid4()}")
    whole.write_text(text, encoding="utf-8")
    try:
        os.link(whole, place)
    except FileExistsError:
        if place.read_text(encoding="utf-8") != text:
            raise
    finally:
        whole.unlink()


def _commit_info(rows: int, metadata: str) -> Action:
    """`rows` are those of the table, as whoever replaces all of it tells them."""
    told = {"userMetadata": metadata, "operationMetrics": {"numOutputRows": str(rows)}}
    at = int(clock.now().timestamp() * 1000)
    return {
        "commitInfo": {"timestamp": at, "operation": "MERGE", "operationParameters": {}, **told}
    }


def _protocol(found: DeltaTable) -> list[Action]:
    """What a table has to say before the first of its rows is gone."""
    protocol, metadata = found.protocol(), found.metadata()
    if DELETIONS in (protocol.reader_features or []):
        return []
    features = {
        "minReaderVersion": 3,
        "minWriterVersion": 7,
        "readerFeatures": [DELETIONS],
        "writerFeatures": [DELETIONS, "appendOnly", "invariants"],
    }
    allowed = {**metadata.configuration, "delta.enableDeletionVectors": "true"}
    described = {
        "id": metadata.id,
        "format": {"provider": "parquet", "options": {}},
        "schemaString": found.schema().to_json(),
        "partitionColumns": [],
        "configuration": allowed,
        "createdTime": metadata.created_time,
    }
    return [{"protocol": features}, {"metaData": described}]


def _replaced(file: Mapping[str, Any], before: Vector | None, vector: Vector) -> list[Action]:
    """The file with fewer rows in place of the file as it was."""
    name, size, changed = file["path"], file["size_bytes"], file["modification_time"]
    lasting = {**_add(name, size, changed, file["num_records"]), "deletionVector": vector}
    removed = {"path": name, "deletionTimestamp": changed, "dataChange": True}
    if before:
        removed["deletionVector"] = before
    return [{"remove": removed}, {"add": lasting}]


def _vectors(table: Path, found: DeltaTable, files: Collection[str]) -> dict[str, Vector]:
    """The vector of each of the table's files that has one, by its name: `deltalake` tells rows,
    not where they stand. A file is taken out of the table together with its vector, or stays in it.
    """
    vectors: dict[str, Vector] = {}
    for log in sorted((table / "_delta_log").glob(f"{'[0-9]' * 20}.json")):
        for line in log.read_text(encoding="utf-8").splitlines():
            told = json.loads(line).get("add", {})
            if "deletionVector" in told and unquote(told["path"]) in files:
                vectors[unquote(told["path"])] = told["deletionVector"]
    lacking = {Path(path).name for path in files_that_lost_rows(found)} - vectors.keys()
    if lacking:
        raise LedgerError(
            f"{table}: its log has been tidied away; make it anew with `doichieu run`"
        )
    return vectors


def _add(name: str, size: int, changed: int, rows: int) -> dict[str, Any]:
    return {
        "path": name,
        "partitionValues": {},
        "size": size,
        "modificationTime": changed,
        "dataChange": True,
        "stats": json.dumps({"numRecords": rows}),
    }


def _written(table: Path, gone: Mapping[str, Positions]) -> dict[str, Vector]:
    """One file with the vectors of all files that have lost rows; how to find each by its name."""
    name = uuid4()
    vectors: dict[str, Vector] = {}
    content = FORMAT
    for path, positions in gone.items():
        # Out of NumPy's array each number would be taken by itself: five times as long.
        wide = array("Q", positions.astype(np.uint64).tobytes())
        data = MAGIC + BitMap64(wide).serialize()
        vectors[Path(path).name] = {
            "storageType": "u",
            "pathOrInlineDv": base64.b85encode(name.bytes).decode().translate(Z85),
            "offset": len(content),
            "sizeInBytes": len(data),
            "cardinality": len(positions),
        }
        content += len(data).to_bytes(4, "big") + data + zlib.crc32(data).to_bytes(4, "big")
    if vectors:
        (table / f"deletion_vector_{name}.bin").write_bytes(content)
    return vectors
