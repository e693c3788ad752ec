"""What a benchmark has measured of a size is kept, and shown beside what is measured later."""

import pytest

from scripts.bench_page import page
from scripts.outcome import Limit, Measured, Origin, Outcome, Wholes, keep, kept
from scripts.worth import Worth
from transforms.costs import MeasuredRun, StageUse

STAGES = ("standardise", "verify", "block", "score", "link")


def run(seconds, peak=1.0):
    told = {"stage_seconds": dict.fromkeys(STAGES, seconds / 10)}
    return Measured(float(seconds), float(peak), told)


def outcome(residents, *ours, revision="a1"):
    use = StageUse(seconds=10, shuffle_bytes=2**30, disk_bytes=3, task_memory_bytes=4)
    cost = MeasuredRun(
        residents=residents,
        doses=2 * residents,
        pairs=residents,
        cores=2,
        partitions=8,
        stages=dict.fromkeys(STAGES, use),
    )
    whole = Wholes(
        runs=[run(100), run(300), run(200)],
        worth={"doichieu": Worth(known=1_000, linked=800, right=600)},
        days={"doses": [run(20), run(50), run(90)]},
        cost=cost,
    )
    return Outcome(
        residents=residents,
        origin=Origin(revision, "2026-01-02", f"make bench RESIDENTS={residents} ROUNDS=3"),
        engines={"doichieu": [run(s) for s in ours], "peer": [run(50, 2), run(10, 4), run(80, 3)]},
        one_core=run(120),
        limit=Limit(scan=6.0, shuffle=4.0, keys=77, pairs=residents),
        whole=whole,
    )


def cells_of(text, *first):
    """The rows of the page that begin with these cells."""
    rows = [line.strip("| \n").split(" | ") for line in text.splitlines() if line.startswith("|")]
    return [cells[len(first) :] for cells in rows if tuple(cells[: len(first)]) == first]


def test_sizes_measured_at_any_time_are_found_again_the_smallest_first(tmp_path):
    later, earlier = outcome(4_000, 80), outcome(16_000, 400, revision="b2")
    for one in (earlier, later):
        folder = tmp_path / str(one.residents)
        folder.mkdir()
        keep(one, folder)
    (tmp_path / "peer").mkdir()  # not a size

    assert kept(tmp_path) == [later, earlier]


def test_a_size_measured_anew_takes_the_place_of_what_was_known_of_it(tmp_path):
    folder = tmp_path / "4000"
    folder.mkdir()
    keep(outcome(4_000, 80), folder)
    keep(anew := outcome(4_000, 60), folder)

    assert kept(tmp_path) == [anew]


def test_what_another_benchmark_has_kept_is_named_with_the_way_out(tmp_path):
    (tmp_path / "4000").mkdir()
    file = tmp_path / "4000" / "outcome.json"
    file.write_text('{"residents": 4000}', encoding="utf-8")

    with pytest.raises(SystemExit, match=r"4000/outcome\.json: .*measure its size anew"):
        kept(tmp_path)


def test_the_page_tells_medians_and_of_each_size_the_code_it_is_of():
    text = page([outcome(4_000, 70, 30, 60), outcome(16_000, 240, revision="b2")])

    assert cells_of(text, "4,000", "`make bench RESIDENTS=4000 ROUNDS=3`") == [["2026-01-02", "a1"]]
    assert cells_of(text, "16,000", "`make bench RESIDENTS=16000 ROUNDS=3`")[0][1] == "b2"
    assert cells_of(text, "4,000", "doichieu", "3") == [["60", "1.20 ×", "1.0 GiB", "0.33 ×"]]
    assert cells_of(text, "4,000 → 16,000") == [["4.00 ×", "4.00 ×", "1.00 ×"]]
    assert cells_of(text, "4,000", "3") == [["200", "4.00 ×", "1.0 GiB"]]
    assert cells_of(text, "4,000", "doses") == [["3", "50", "25%", "1.0 GiB"]]
    assert cells_of(text, "4,000", "6") == [["6", "6", "6", "6", "30"]]  # by stage, and the rest
    assert cells_of(text, "4,000", "120 s", "60 s")[0][0] == "2.00 ×"
    assert cells_of(text, "4,000", "doichieu", "800") == [["200", "0.75000", "0.60000", "0.66667"]]
    assert cells_of(text, "4,000", "4,000", "33")[0][-1] == "6.0"
