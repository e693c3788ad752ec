import pytest

from jobs.config import DEFAULT_MATCHING, Matching, load
from jobs.execution import with_fingerprint
from jobs.run import Inputs, Run
from jobs.tables import Commit, Tables


@pytest.fixture
def start(spark, settings, tmp_path):
    """Begins runs over one warehouse."""

    def run(run_id, fingerprint="f"):
        tables = Tables(spark, str(tmp_path), Commit(run_id))
        matching = load(DEFAULT_MATCHING, Matching)
        inputs = Inputs("r.csv", "d.csv")
        return with_fingerprint(Run(tables, settings, matching, inputs, run_id), fingerprint)

    return run
