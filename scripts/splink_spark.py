"""The peer on Spark: the same script, settings and rules, with Splink's Spark backend for DuckDB.

    splink_spark.py SPLINK_DUCKDB.py DATA_DIR OUT.parquet

Runs in the peer's own environment (`splink[spark]`, duckdb, polars), on a local master with every
core and the driver memory that ours has. What depends on the engine is replaced in the text of the
peer's script; a script in which one of these places is missing is refused.
"""

import re
import sys
import tempfile
from pathlib import Path

MEMORY = "6g"
SESSION = f"""
from pyspark.sql import SparkSession
from splink import SparkAPI
from splink.internals.spark.jar_location import similarity_jar_location
spark = (SparkSession.builder.master("local[*]")
         .config("spark.driver.memory", "{MEMORY}")
         .config("spark.jars", similarity_jar_location())
         .config("spark.sql.shuffle.partitions", "16")
         .config("spark.ui.enabled", "false")
         .getOrCreate())
spark.sparkContext.setLogLevel("ERROR")
spark.sparkContext.setCheckpointDir(tempfile.mkdtemp())
db = SparkAPI(spark_session=spark, num_partitions_on_repartition=16)
landed = Path(tempfile.mkdtemp())
def register(frame, name):
    frame.write_parquet(landed / name)
    return db.register(spark.read.parquet(str(landed / name)), table_name=name)
"""
# What is found, as a pattern, and what stands there instead.
CHANGES = {
    r"from splink import DuckDBAPI, ": "from splink import ",
    r"con = duckdb\.connect\(\);.*\n": "",
    r"db = DuckDBAPI\(con\)\n": SESSION,
    r"db\.register\(R\.to_arrow\(\), table_name=\"residents\"\)": 'register(R, "residents")',
    r"db\.register\(C\.drop\(\"dose_id\"\)\.to_arrow\(\), table_name=\"claims\"\)": (
        'register(C.drop("dose_id"), "claims")'
    ),
    r"jaro_winkler_similarity\(": "jaro_winkler(",
    r"unique_id_l\[1\]": "substr(unique_id_l, 1, 1)",
    r"con\.sql\(": "spark.sql(",
    r"\.to_arrow_table\(\)": ".toArrow()",
}


def on_spark(script: str) -> str:
    """The peer's script as it runs on Spark.

    Raises:
        SystemExit: the script has other words at one of the places.
    """
    for found, instead in CHANGES.items():
        script, changed = re.subn(found, instead.replace("\\", r"\\"), script)
        if not changed:
            raise SystemExit(f"the peer's script has nothing like {found!r}; mend CHANGES")
    return script


if __name__ == "__main__":
    peer = Path(sys.argv.pop(1))
    tempfile.tempdir = tempfile.mkdtemp()
    exec(compile(on_spark(peer.read_text(encoding="utf-8")), str(peer), "exec"))
