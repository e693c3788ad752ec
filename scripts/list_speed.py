"""How many rows of lists a second this machine writes: `python scripts/list_speed.py [ROWS]`.

Each process writes one list of ROWS rows, workbook and CSV, as a Spark task does.
"""

import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from jobs.lists.files import Edition, list_writer

FIELDS = {"id_number": "001085000111", "full_name": "Nguyễn Thị Hoà", "date_of_birth": "07/03/1985",
          "sex": "Nữ"}  # fmt: skip
KIBIBYTES = 1024


def rows(count: int, number: int) -> pa.Table:
    """A list of that many people with two doses each, one field of each to correct."""
    one: dict[str, Any] = {f"current_{name}": value for name, value in FIELDS.items()}
    one |= {f"proposed_{name}": None for name in FIELDS} | {"proposed_full_name": "Nguyễn Thị Hoa"}
    one |= {"province_code": "38", "district_code": "394", "commune_code": "15856"}
    one |= {"province_name": "Thanh Hóa", "district_name": "Huyện A", "commune_name": "Xã B"}
    one |= {"list": f"38-a/394-b/15856-c{number}", "list_id": f"38-394-15856-{number}", "part": 1}
    one |= {"sheet": "platform", "disposition": "wrong", "case_class": "c", "evidence_grade": "A"}
    one |= {"evidence": ["name=one_mark", "birth=exact", "number=equal", "place=commune"]}
    one |= {"doses": 2, "dose_numbers": [1, 2], "facility_codes": ["1585601", "1585602"]}
    one |= {"dose_ids": ["D1", "D2"], "vaccines": ["AstraZeneca", "AstraZeneca"]}
    one |= {"injected_on": [date(2021, 9, 1), date(2021, 10, 1)], "stated": None}
    made = [
        one | {"row": n, "correction_id": f"{n:016x}", "person_id": f"P{n}",
               "household_id": f"H{n // 3}", "candidates": None}
        for n in range(count)
    ]  # fmt: skip
    return pa.Table.from_pylist(made)


def write(count: int, number: int, folder: str) -> tuple[float, float]:
    """Seconds that one list took, and the memory of the process above what its rows need."""
    table = rows(count, number)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.monotonic()
    list_writer(Edition(folder, b"a secret for measuring only"))(table)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return time.monotonic() - begun, (peak - before) / KIBIBYTES


def main(count: int = 50_000, cores: int = 2) -> None:
    with TemporaryDirectory() as folder, ProcessPoolExecutor(cores) as pool:
        done = list(pool.map(write, [count] * cores, range(cores), [folder] * cores))
    slowest, most = max(seconds for seconds, _ in done), max(memory for _, memory in done)
    speed = cores * count / slowest
    sys.stdout.write(f"{speed:,.0f} rows/s on {cores} cores; {most:,.0f} MiB a task\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
