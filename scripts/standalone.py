"""A standalone cluster of one machine, for trying the packaged application on it.

    python -m scripts.standalone dist run --residents … --doses … --warehouse … --conf …

One master and two workers of one core each; they end with the command.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyspark

HOME = Path(pyspark.__file__).parent
HOST = "127.0.0.1"
MEMORY = "2g"  # of a worker, all of it for its one executor
DAEMON_MEMORY = "256m"
PATIENCE = 60.0  # seconds until the master listens

Process = subprocess.Popen[str]


@dataclass
class Cluster:
    """Its address, its processes, and the folder where workers keep theirs."""

    port: int
    folder: Path
    master: Process
    workers: list[Process] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"spark://{HOST}:{self.port}"

    def add_worker(self) -> None:
        """One more worker, with one core."""
        place = ["--host", HOST, "--webui-port", "0", "--work-dir", self.folder / "work"]
        sizes = ["--cores", "1", "--memory", MEMORY]
        self.workers.append(daemon(self.folder, "worker.Worker", *place, *sizes, self.url))

    def replace_worker(self) -> None:
        """The oldest worker dies without a word, executor and all; a new one comes."""
        lost = self.workers.pop(0)
        lost.kill()
        lost.wait()
        self.add_worker()


def daemon(folder: Path, kind: str, *words: object) -> Process:
    """A Java process of the cluster; what it logs goes to a file in `folder`."""
    command = [HOME / "bin" / "spark-class", f"org.apache.spark.deploy.{kind}", *words]
    environment = {
        "SPARK_HOME": str(HOME),
        "SPARK_DAEMON_MEMORY": DAEMON_MEMORY,
        "SPARK_DAEMON_JAVA_OPTS": "-Dspark.master.rest.enabled=false",  # nobody submits that way
    }
    with (folder / f"{kind.partition('.')[0]}.log").open("a", encoding="utf-8") as log:
        return subprocess.Popen(
            list(map(str, command)), env={**os.environ, **environment}, stdout=log, stderr=log,
            text=True,
        )  # fmt: skip


@contextmanager
def standalone(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """A cluster that listens; it and whatever it started end with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    options = ["--host", HOST, "--port", port, "--webui-port", "0"]
    cluster = Cluster(port, folder, daemon(folder, "master.Master", *options))
    try:
        wait_for(cluster)
        for _ in range(workers):
            cluster.add_worker()
        yield cluster
    finally:
        for process in (*cluster.workers, cluster.master):
            process.terminate()
            process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def wait_for(cluster: Cluster) -> None:
    """Return as soon as the master listens; an error when it died or takes too long."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and cluster.master.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, cluster.port)) == 0:
                return
        time.sleep(0.2)
    raise SystemExit(f"the master does not listen; see {cluster.folder / 'master.log'}")


def submission(dist: Path, master: str, words: Sequence[object], java: str = "") -> list[str]:
    """The spark-submit line for a command of the packaged application."""
    jars = ",".join(str(jar) for jar in sorted((dist / "jars").iterdir()))
    conf = {"spark.ui.enabled": "false", "spark.driver.host": HOST}
    if java:
        conf["spark.executor.extraJavaOptions"] = conf["spark.driver.extraJavaOptions"] = java
    options = ["--master", master, "--driver-memory", "2g", "--jars", jars]
    options += ["--executor-memory", MEMORY, "--executor-cores", "1"]
    options += [word for key, value in conf.items() for word in ("--conf", f"{key}={value}")]
    options += ["--py-files", str(dist / "doichieu.zip")]
    return [str(HOME / "bin" / "spark-submit"), *options, str(dist / "run_job.py"),
            *map(str, words)]  # fmt: skip


def submitting() -> dict[str, str]:
    """The environment of spark-submit: this Spark, this Python."""
    return {**os.environ, "SPARK_HOME": str(HOME), "PYSPARK_PYTHON": sys.executable}


def main() -> int:
    dist = Path(sys.argv[1]).resolve()
    with standalone(dist.parent / "build" / "standalone") as cluster:
        line = submission(dist, cluster.url, sys.argv[2:])
        return subprocess.run(line, env=submitting(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
