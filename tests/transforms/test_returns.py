"""What answers came to, counted."""

from tests.fake_rows import fake_rows
from tests.transforms.test_decisions import said
from transforms.returns import answers, effects
from transforms.schemas import DECISION, LINK


def test_answers_are_counted_by_what_they_changed(spark):
    rows = [
        said(1, "A"),
        said(2, "A"),
        said(3, "A", answer="wrong", corrected_value="1985"),
        said(4, "A", answer="not_here"),
        said(5, "A", answer="wrong"),
        said(6, "A"),
        said(6, "A", answer="wrong", list_id="M"),
        said(7, "A", sheet="review", answer="check"),
        said(8, "A"),
        said(10, "B", answer="wrong"),
        said(9, "A", answer="wrong"),
    ]
    made = [
        (1, "linked", "A"), (2, "unlinked", None), (3, "review", None), (4, "linked", "B"),
        (5, "unlinked", None), (6, "linked", "A"), (10, "linked", "B"),
        (9, "review", None),
    ]  # fmt: skip
    links = [{"profile_id": p, "decision": d, "resident_id": r} for p, d, r in made]
    links[2]["best_resident_id"] = "C"
    decisions = fake_rows(spark, DECISION, rows)

    assert [tuple(row) for row in answers(decisions).collect()] == [
        ("platform", 3, 4, 1, 0, 1, 1), ("review", 0, 0, 0, 1, 0, 0),
    ]  # fmt: skip
    assert [tuple(row) for row in effects(decisions, fake_rows(spark, LINK, links)).collect()] == [
        ("confirmed", "agrees by number now", 1),
        ("confirmed", "linked for certain", 1),
        ("confirmed", "no longer in the register", 1),
        ("rejected", "another one was confirmed", 1),
        ("rejected", "next candidate proposed", 1),
        ("rejected", "nobody of the candidates", 1),
        ("rejected", "to review, nobody else to propose", 1),
        ("rejected", "waits for the next run", 1),
    ]
