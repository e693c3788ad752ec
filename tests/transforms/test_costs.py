import pytest
from pydantic import ValidationError

from transforms.costs import (
    Costs,
    MeasuredRun,
    Size,
    StageUse,
    expected_pairs,
    expected_stages,
    fitted,
    forecast,
    forecast_seconds,
)


def measured(rows, *, pairs=None, cores=2, **seconds):
    """A run of `rows` rows, a third of them residents, whose stages took so many seconds."""
    uses = {
        name: StageUse(
            seconds=took, shuffle_bytes=100 * rows, disk_bytes=50 * rows, task_memory_bytes=10_000
        )
        for name, took in seconds.items()
    }
    thirds = {"residents": rows // 3, "doses": rows - rows // 3}
    return MeasuredRun(**thirds, pairs=pairs or rows, cores=cores, partitions=8, stages=uses)


def a_law(rows, cores=2):
    """Stage seconds where the laws are known: a fixed part and one that the cores share."""
    standardise, score = 5 + 2e-5 * rows * 2 / cores, 7 + 4e-5 * rows**1.2 * 2 / cores
    return {"standardise": standardise, "score": score}


LAW = Costs(
    machine="m",
    runs=[measured(rows, pairs=round(rows**1.2), **a_law(rows)) for rows in (300_000, 3_000_000)],
)


@pytest.mark.parametrize(("rows", "cores"), [(12_000_000, 2), (300_000_000, 400)])
def test_a_world_that_follows_the_law_is_forecast(rows, cores):
    size = Size(residents=rows // 3, doses=rows - rows // 3, cores=cores)

    stages = expected_stages(LAW, size)

    for name, seconds in a_law(rows, cores).items():
        assert stages[name]["seconds"] == pytest.approx(seconds, rel=0.01)
    assert forecast_seconds(LAW, size) == pytest.approx(sum(a_law(rows, cores).values()), rel=0.01)
    assert stages["standardise"]["shuffle_bytes"] == pytest.approx(100 * rows, rel=0.01)


def test_what_was_measured_is_forecast_as_it_was():
    largest = LAW.runs[-1]
    size = Size(residents=largest.residents, doses=largest.doses, cores=2)

    told = forecast(LAW, size)

    assert told["candidate pairs"] == largest.pairs
    assert told["stages"]["standardise"]["seconds"] == pytest.approx(
        largest.stages["standardise"].seconds, abs=0.1
    )


@pytest.mark.parametrize(
    ("costs", "line"),
    [
        ([10, 20], (0.0, 10.0)),
        ([15, 20], (10.0, 5.0)),
        ([10, 40], (0.0, 20.0)),
        ([9, 9], (9.0, 0.0)),
    ],
)
def test_neither_the_fixed_part_nor_the_slope_is_below_zero(costs, line):
    assert fitted([1, 2], costs) == pytest.approx(line)


def test_runs_of_one_size_have_no_fixed_part():
    assert fitted([2, 2], [6, 8]) == (0.0, 4.0)


def test_pairs_grow_at_least_like_the_nation_and_at_most_like_its_square():
    def grown(pairs):
        return expected_pairs([measured(1_000, pairs=100), measured(2_000, pairs=pairs)], 4_000)

    assert grown(150) == 300
    assert grown(200) == 400
    assert grown(800) == 3_200


def test_more_cores_take_less_time_and_no_core_holds_more():
    def at(cores):
        return forecast(LAW, Size(residents=98_000_000, doses=205_000_000, cores=cores))

    few, many = at(8), at(800)

    assert many["minutes in all"] < few["minutes in all"]
    assert many["shuffle partitions"] >= 3 * 800
    for name in ("standardise", "score"):
        assert many["stages"][name]["MiB per task"] <= few["stages"][name]["MiB per task"]


def test_two_runs_of_one_size_say_nothing_about_growth():
    with pytest.raises(ValidationError, match="different"):
        Costs(machine="m", runs=[measured(1_000, score=1), measured(1_000, score=2)])
