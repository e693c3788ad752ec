"""An explanation as one self-contained HTML page: it carries personal data and says so."""

import unicodedata
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple

import altair as alt
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from jobs import charts, reference
from jobs.explanation import COMPARISONS, Explanation, Facts
from jobs.glossary import in_words
from jobs.weighing import Step

COLOURS = {
    "before any comparison": "#7A8794",
    "speaks for": "#0072B2",
    "speaks against": "#D55E00",
    "rivals": "#E69F00",
    "together": "#243240",
}
BASIC = ("id_number", "full_name", "date_of_birth", "sex")


class Line(NamedTuple):
    """One field of both records: as typed, as read, and as each resident has it."""

    label: str
    typed: str
    read: str
    registered: tuple[str, ...]


def page(found: Explanation, reference_dir: Path) -> str:
    """The page as HTML; it loads nothing and holds no script."""
    environment = Environment(
        loader=PackageLoader("jobs"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["bits"] = lambda bits: "" if bits is None else f"{bits:+.2f}"
    environment.filters["or_dash"] = lambda value: "–" if value in (None, "", []) else value
    environment.globals["marked"] = marked
    pair, rival = found.pair(found.shown), found.runner_up
    return environment.get_template("explanation.html.j2").render(
        found=found,
        pair=pair,
        rival=rival,
        headings=list(beside(found)),
        lines=lines(found, reference_dir),
        evidence=evidence(found, pair, rival),
        waterfall=waterfall(found.steps(pair)),
        rival_waterfall=waterfall(found.steps(rival)),
        corrections=[correction(row) for row in found.corrections],
    )


def evidence(found: Explanation, pair: Facts, rival: Facts) -> list[Facts]:
    """Every comparison with level in words and bits, for the resident shown and the runner-up."""
    return [
        {
            "name": name,
            "cells": [
                {"words": in_words(name, one.get(f"{name}_level")), "bits": found.weight(one, name)}
                for one in (pair, rival)
                if one
            ],
        }
        for name in COMPARISONS
    ]


def lines(found: Explanation, reference_dir: Path) -> list[Line]:
    """Both records side by side; what was typed stands beside what it was read as."""
    profile, places = found.profile, place_names(reference_dir)
    people = list(beside(found).values())

    def line(label: str, raw: str, read: object, column: str) -> Line:
        return Line(label, text(profile.get(raw)), text(read), values(people, column))

    older = profile.get("number_kind") == "cmnd"
    number = profile.get("number") or profile.get("number_digits")
    return [
        line("identity number", "" if older else "raw_id_number", "" if older else number,
             "id_number"),
        line("older number", "raw_id_number" if older else "", number if older else "",
             "old_id_number"),
        line("full name", "raw_full_name", profile.get("name"), "name"),
        Line("date of birth", text(profile.get("raw_date_of_birth")), birth(profile),
             tuple(birth(person) for person in people)),
        line("sex", "raw_sex", profile.get("sex"), "sex"),
        line("phone", "raw_phone", profile.get("phone"), "phone"),
        Line("residence", "", place(profile, places),
             tuple(place(person, places) for person in people)),
        Line("household", "", "", values(people, "household_id")),
    ]  # fmt: skip


def beside(found: Explanation) -> dict[str, Facts]:
    """The residents to stand beside the profile, by heading: at most three, each once."""
    decided = found.disposition.get("resident_id") is not None
    named = {
        "register" if decided else "best candidate": found.shown,
        "runner-up": found.runner_up.get("resident_id"),
        "owner of the number": found.verification.get("resident_id"),
    }
    ids: dict[str, str] = {}
    for role, id_ in named.items():
        if id_ in found.residents:
            ids.setdefault(id_, role)
    return {f"{role}: {id_}": found.residents[id_] for id_, role in ids.items()}


def values(people: Sequence[Facts], column: str) -> tuple[str, ...]:
    return tuple(text(person.get(column)) for person in people)


def text(value: object) -> str:
    return "" if value is None else str(value)


def birth(record: Facts) -> str:
    """As far as it is known: a day, a month or a year."""
    year, month = record.get("birth_year"), record.get("birth_month")
    if record.get("birth_precision") == "day" and record.get("birth_date"):
        return str(record["birth_date"])
    if record.get("birth_precision") == "month" and month:
        return f"{year}-{month:02}"
    return text(year or record.get("birth_date"))


def place_names(reference_dir: Path) -> dict[str, str]:
    """Names by code: communes with their district and province, and provinces."""
    names: dict[str, str] = {}
    for row in reference.rows(reference_dir, "admin_units.csv"):
        names[row["commune_code"]] = f"{row['commune']}, {row['district']}, {row['province']}"
        names.setdefault(row["district_code"], f"{row['district']}, {row['province']}")
        names.setdefault(row["province_code"], row["province"])
    return names


def place(record: Facts, names: Mapping[str, str]) -> str:
    """The smallest unit that is known, by name and code."""
    for unit in ("commune", "district", "province"):
        if code := record.get(f"{unit}_code"):
            return f"{names.get(code, '?')} ({code})"
    return ""


def marked(value: str, other: str) -> Markup:
    """The value with the characters that the other lacks marked; case does not count."""
    left, right = unicodedata.normalize("NFC", value), unicodedata.normalize("NFC", other)
    if not left or not right:
        return escape(left)
    if ", " in left and left != right:  # a place is another one, not misspelt
        return Markup("<mark>{}</mark>").format(left)
    parts = [
        escape(left[start:end]) if same else Markup("<mark>{}</mark>").format(left[start:end])
        for same, start, end in _runs(_cased(left), _cased(right))
        if start < end
    ]
    return Markup("").join(parts)


def _runs(left: list[str], right: list[str]) -> list[tuple[bool, int, int]]:
    """Stretches of `left` that `right` has or lacks; numbers of one length place by place."""
    if len(left) == len(right) and not any(one.isalpha() for one in left + right):
        return [
            (one == other, n, n + 1) for n, (one, other) in enumerate(zip(left, right, strict=True))
        ]
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return [(kind == "equal", start, end) for kind, start, end, _, _ in blocks]


def _cased(value: str) -> list[str]:
    return [character.upper() for character in value]


def correction(row: Facts) -> Facts:
    """What a correction changes, field by field; a field without a proposal stays."""
    changes = [
        (
            name.replace("_", " "),
            text(row.get(f"current_{name}")),
            text(row.get(f"proposed_{name}")),
        )
        for name in BASIC
    ]
    return {**row, "changes": [one for one in changes if one[2] and one[1] != one[2]]}


def waterfall(steps: Sequence[Step]) -> Markup:
    """The steps as bars from where the last one ended; nothing without steps."""
    if not steps:
        return Markup("")
    rows: list[dict[str, Any]] = [
        {
            "step": step.name,
            "start": step.start,
            "end": step.end,
            "tip": max(step.start, step.end),
            "bits": f"{step.bits:+.1f}",
            "kind": kind_of(step),
        }
        for step in steps
    ]
    base = alt.Chart(charts.frame(rows), width=560, height=len(rows) * 25).encode(
        y=alt.Y("step:N", title=None, sort=[row["step"] for row in rows],
                axis=alt.Axis(labelLimit=430, labelFontSize=12)),
    )  # fmt: skip
    colours = alt.Scale(domain=list(COLOURS), range=list(COLOURS.values()))
    legend = alt.Legend(orient="top")
    bar = base.mark_bar(height=15, cornerRadius=1).encode(
        x=alt.X("start:Q", title="log2 of the odds that it is this resident; 0 is even odds"),
        x2="end:Q",
        color=alt.Color("kind:N", title=None, scale=colours, legend=legend),
    )
    said = base.mark_text(align="left", dx=5, fontSize=11, color=charts.INK).encode(
        x="tip:Q", text="bits:N"
    )
    zero = alt.Chart(charts.frame([{"even": 0}])).mark_rule(color=charts.MUTED).encode(x="even:Q")
    return Markup(charts.svg(zero + bar + said))


def kind_of(step: Step) -> str:
    """Its entry in the legend."""
    named = {"prior": "before any comparison", "rival": "rivals", "total": "together"}
    return named.get(step.kind, "speaks for" if step.bits >= 0 else "speaks against")
