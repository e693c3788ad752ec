"""The packaged application on executors that are processes of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pyspark
import pytest

from scripts.package import package
from tests.conftest import QUICK_START
from tests.pipeline.conftest import published

HOME = Path(pyspark.__file__).parent
SMALL = """
reference_dir = "reference"
[spark.conf]
"spark.sql.shuffle.partitions" = "4"
"""


def submit(dist, *words):
    """spark-submit on two executors; the code comes out of the package alone."""
    jars = ",".join(str(jar) for jar in sorted((dist / "jars").iterdir()))
    options = ["--master", "local-cluster[2,1,2048]", "--driver-memory", "2g", "--jars", jars]
    options += ["--conf", "spark.ui.enabled=false", "--py-files", str(dist / "doichieu.zip")]
    options += ["--driver-java-options", QUICK_START]
    options += ["--conf", f"spark.executor.extraJavaOptions={QUICK_START}"]
    return subprocess.run(
        [HOME / "bin" / "spark-submit", *options, dist / "run_job.py", *map(str, words)],
        cwd=dist,
        env={**os.environ, "SPARK_HOME": str(HOME), "PYSPARK_PYTHON": sys.executable},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )


@pytest.mark.slow
def test_two_executors_publish_the_bytes_of_one_machine(nation, interrupted, tmp_path):
    """Nothing interrupts them; the one machine was killed three times."""
    dist, warehouse = tmp_path / "dist", tmp_path / "warehouse"
    package(dist)
    conf = dist / "conf" / "small.toml"
    conf.write_text(SMALL)
    options = ["--warehouse", warehouse, "--conf", conf, "--run-id", "same", "--json", "--quiet"]

    ran = submit(dist, "run", *nation.registers, *options)

    facts = json.loads(ran.stdout)
    assert facts["dose_rows"] == sum(facts["dispositions"].values()) > 0
    assert published(warehouse) == published(interrupted.warehouse)
