"""The peer's script, word for word where it matters, as it runs on Spark."""

import pytest

from scripts.splink_spark import on_spark

SCRIPT = """
from splink import DuckDBAPI, Linker, block_on
rule = "jaro_winkler_similarity(name_l, name_r) >= .93 or jaro_winkler_similarity(a, b) >= .8"
con = duckdb.connect(); con.execute(f"set memory_limit='{MEMORY}'")
db = DuckDBAPI(con)
tables = [db.register(R.to_arrow(), table_name="residents"),
          db.register(C.drop("dose_id").to_arrow(), table_name="claims")]
best = con.sql("select case when unique_id_l[1] = 'C' then 1 end").to_arrow_table()
"""


def test_only_what_depends_on_the_engine_is_replaced():
    made = on_spark(SCRIPT)

    compile(made, "peer", "exec")
    assert "Linker, block_on" in made
    assert not any(word in made for word in ("duckdb", "DuckDB", "jaro_winkler_similarity"))
    assert made.count("jaro_winkler(") == 2
    assert "case when substr(unique_id_l, 1, 1) = 'C'" in made


@pytest.mark.parametrize("line", range(1, 8))
def test_a_script_that_has_other_words_is_refused(line):
    lines = SCRIPT.splitlines(keepends=True)
    with pytest.raises(SystemExit, match="mend CHANGES"):
        on_spark("".join(lines[:line] + lines[line + 1 :]))
