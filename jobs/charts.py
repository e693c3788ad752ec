"""Charts as SVG text: no script, no network, the same figures give the same bytes."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import vl_convert

Rows = Sequence[Mapping[str, Any]]

FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif"
INK, MUTED, GRID = "#243240", "#5d6b7a", "#e4e9ee"
# Okabe and Ito's palette: told apart with any kind of colour vision.
DECISIONS = {
    "linked": "#0072B2",
    "review": "#E69F00",
    "unlinked": "#D55E00",
    "other candidate": "#B8C2CC",
}
ACCENT = "#0072B2"


def svg(chart: alt.Chart | alt.LayerChart | alt.HConcatChart) -> str:
    """A chart in the page's type and colours."""
    axis = {
        "labelColor": MUTED,
        "titleColor": MUTED,
        "titleFontWeight": "normal",
        "gridColor": GRID,
        "domain": False,
        "ticks": False,
        "labelFontSize": 11,
        "labelPadding": 6,
    }
    legend = {"labelColor": INK, "titleColor": MUTED, "titleFontWeight": "normal"}
    config = {"font": FONT, "view": {"stroke": None}, "axis": axis, "legend": legend}
    spec = chart.to_dict() | {"config": config, "background": "transparent"}
    text: str = vl_convert.vegalite_to_svg(spec)
    return with_own_ids(text[text.index("<svg") :])


def with_own_ids(text: str) -> str:
    """The picture with ids that come from itself: the renderer counts them over its lifetime.

    They are then the same in every run, and two pictures on one page do not share any.
    """
    names = list(dict.fromkeys(re.findall(r'id="([^"]+)"', text)))
    for number, name in enumerate(names):
        text = re.sub(rf'(id="|url\(#|href="#){re.escape(name)}(?=["\)])', rf"\1~{number}", text)
    prefix = hashlib.sha256(text.encode()).hexdigest()[:8]
    return re.sub(r'(id="|url\(#|href="#)~(?=\d)', rf"\1c{prefix}-", text)


def frame(rows: Rows) -> alt.InlineData:
    return alt.InlineData(values=[dict(row) for row in rows])


def province_map(tiles: Rows) -> str:
    """One tile per province, where it lies; `share` is 0 to 1, null for one without rows."""
    place = alt.Chart(frame(tiles), width=8 * 44, height=22 * 36).encode(
        x=alt.X("column:O", axis=None, scale=alt.Scale(paddingInner=0.07)),
        y=alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0.09)),
    )
    legend = alt.Legend(
        format=".0%", orient="top-left", direction="horizontal", offset=-6, gradientLength=130
    )
    colour = alt.Color(
        "share:Q",
        title="share of rows with wrong data",
        scale=alt.Scale(scheme="blues"),
        legend=legend,
    )
    top = max((t["share"] or 0 for t in tiles), default=0)
    ink = alt.when(f"datum.share > {0.62 * top}").then(alt.value("white"))
    box = place.mark_rect(cornerRadius=4).encode(color=colour)
    name = place.mark_text(dy=-6, fontSize=11, fontWeight="bold").encode(
        text="label:N", color=ink.otherwise(alt.value(INK))
    )
    share = place.mark_text(dy=8, fontSize=10).encode(
        text=alt.Text("share:Q", format=".1%"), color=ink.otherwise(alt.value(INK))
    )
    return svg(box + name + share)


def ranked_provinces(provinces: Rows) -> str:
    """Provinces in order of the share of rows with wrong data."""
    base = alt.Chart(frame(provinces), width=330, height=len(provinces) * 13.2 + 10).encode(
        y=alt.Y("province:N", title=None, sort="-x", axis=alt.Axis(labelFontSize=10)),
        x=alt.X("share:Q", title=None, axis=alt.Axis(format=".0%", orient="top", tickCount=5)),
    )
    bar = base.mark_bar(color=ACCENT, height=8, cornerRadiusEnd=2)
    text = base.mark_text(align="left", dx=4, fontSize=9.5, color=MUTED).encode(
        text=alt.Text("share:Q", format=".1%")
    )
    return svg(bar + text)


def bars(rows: Rows, label: str, value: str, *, width: int = 420, form: str = ",") -> str:
    """Labelled bars in the order given."""
    order = [row[label] for row in rows]
    base = alt.Chart(frame(rows), width=width, height=max(1, len(rows)) * 24).encode(
        y=alt.Y(f"{label}:N", title=None, sort=order, axis=alt.Axis(labelLimit=260)),
        x=alt.X(f"{value}:Q", title=None, axis=None),
    )
    bar = base.mark_bar(color=ACCENT, height=14, cornerRadiusEnd=2)
    text = base.mark_text(align="left", dx=5, fontSize=11, color=INK).encode(
        text=alt.Text(f"{value}:Q", format=form)
    )
    return svg(bar + text)


def weight_histogram(rows: Rows, step: float) -> str:
    """Candidate pairs by match weight, coloured by what became of them; counts on a root scale."""
    shown = [{**row, "end": row["bits"] + step * 0.92} for row in rows]
    colours = alt.Scale(domain=list(DECISIONS), range=list(DECISIONS.values()))
    order = [{**row, "order": list(DECISIONS).index(row["decision"])} for row in shown]
    chart = (
        alt.Chart(frame(order), width=860, height=260)
        .mark_bar()
        .encode(
            x=alt.X("bits:Q", title="match weight, bits", bin="binned"),
            x2="end:Q",
            y=alt.Y("rows:Q", title="pairs (square-root scale)", scale=alt.Scale(type="sqrt")),
            color=alt.Color(
                "decision:N", title=None, scale=colours, legend=alt.Legend(orient="top")
            ),
            order="order:Q",
        )
    )
    return svg(chart)


def level_weights(rows: Rows) -> str:
    """The weight of every level of one comparison, in bits, around zero."""
    order = [row["level"] for row in rows]
    sign = alt.when("datum.weight >= 0").then(alt.value(ACCENT)).otherwise(alt.value("#D55E00"))
    chart = (
        alt.Chart(frame(rows), width=230, height=max(1, len(rows)) * 17)
        .mark_bar(height=10, cornerRadius=2)
        .encode(
            y=alt.Y("level:N", title=None, sort=order),
            x=alt.X("weight:Q", title="bits"),
            color=sign,
        )
    )
    return svg(chart)
