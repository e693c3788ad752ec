"""Spark's daemon of kernels' processes, by libraries that have been compiled before.

Spark names a zip of its own sources before everything else: read from it, they are compiled anew in
every run, for most of a second in which the first stage waits.
"""

import sys
from runpy import run_module

ZIPPED = "pyspark.zip"

if __name__ == "__main__":
    sys.path = [path for path in sys.path if not path.endswith(ZIPPED)]
    run_module("pyspark.daemon", run_name="__main__")
