import polars as pl

from transforms.synthesis.draws import Dice, permuted, slot, spread


def test_a_draw_depends_on_seed_purpose_and_identifier_alone():
    ids = pl.DataFrame({"idx": range(1_000)})
    draw = Dice(1).uniform("purpose", pl.col("idx"))
    whole = ids.select(draw).to_series()

    assert whole.to_list()[500:] == ids[500:].select(draw).to_series().to_list()
    assert whole.is_between(0, 1, closed="left").all()
    assert abs(whole.mean() - 0.5) < 0.03
    for other in (Dice(2).uniform("purpose", pl.col("idx")), Dice(1).uniform("q", pl.col("idx"))):
        assert ids.select(other).to_series().to_list() != whole.to_list()


def test_a_branch_that_is_not_taken_draws_for_nobody():
    ids = pl.DataFrame({"idx": [1, 2, 3]})
    draw = Dice(1).uniform("purpose", pl.col("idx"))
    chosen = ids.select(pl.when(pl.col("idx") > 1).then(draw)).to_series()

    assert chosen.to_list() == [None, *ids.select(draw).to_series().to_list()[1:]]


def test_slots_are_shared_out_by_weight():
    assert spread({"a": 3, "b": 1, "never": 0}, 8) == ["a"] * 6 + ["b"] * 2
    ends = pl.DataFrame({"u": [0.0, 0.5, 0.999999, 1.0]})
    assert ends.select(slot(pl.col("u"), 4)).to_series().to_list() == [0, 2, 3, 3]


def test_a_permutation_hits_every_number_once():
    numbers = pl.DataFrame({"n": range(3_000)}).select(permuted(pl.col("n"), "any", 3_000))
    assert sorted(numbers.to_series()) == list(range(3_000))
    assert numbers.to_series().to_list() != list(range(3_000))
