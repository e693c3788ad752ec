"""Turning what Spark says about a broken file into one sentence that names the file."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from py4j.protocol import Py4JJavaError  # type: ignore[import-untyped]
from pyspark.errors import PySparkException

from jobs.errors import InputError
from jobs.files import without_secrets
from transforms import reading

BROKEN = (
    *("FAILED_READ_FILE", "CANNOT_READ_FILE_FOOTER", "is not a Parquet file"),
    reading.BROKEN,
)
# A name may hold blanks: it lasts until Spark says what is wrong, or ends its sentence.
FILE = re.compile(
    r"\b(?:file|hdfs|s3a|abfss|gs):/[^'\"\n]+?"
    r"(?= is not a Parquet file|\.? SQLSTATE|\. [A-Z]|['\"\n]|\.?$)"
    rf"|(?<={reading.BROKEN} ).+",
    re.MULTILINE,
)


@contextmanager
def unreadable_refused() -> Iterator[None]:
    """Inside, an unreadable file becomes an InputError; every other failure stays what it is."""
    try:
        yield
    except (PySparkException, Py4JJavaError, OSError) as error:
        if not is_of_broken_file(error):
            raise
        found = FILE.search(str(error))
        place = without_secrets(found[0].rstrip(".")) if found else "source"
        # The cause is left out on purpose: Spark's message may quote values.
        raise InputError(
            f"{place}: cannot be read to its end: the file is truncated, damaged or not of its "
            "stated format; fetch it again"
        ) from None


def is_of_broken_file(error: Exception) -> bool:
    return any(sign in str(error) for sign in BROKEN)
