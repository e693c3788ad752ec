"""Charts of how good linking is: calibration, thresholds, m and u, blocking rules."""

import altair as alt

from jobs.charts import ACCENT, INK, MUTED, Rows, frame, svg

OTHER = "#D55E00"
SERIES = {"precision": ACCENT, "recall": "#E69F00"}


def calibration(bins: Rows) -> str:
    """Observed share with its interval beside the promised one, bin by bin."""
    order = [row["subgroup"] for row in bins]
    base = alt.Chart(frame(bins), width=430, height=260).encode(
        x=alt.X(
            "subgroup:N", sort=order, title="promised probability", axis=alt.Axis(labelAngle=-40)
        )
    )
    share = alt.Y("low:Q", title="one person in fact", axis=alt.Axis(format="%"))
    interval = base.mark_rule(color=ACCENT, strokeWidth=2).encode(y=share, y2="high:Q")
    observed = base.mark_point(color=ACCENT, filled=True, size=60, opacity=1).encode(y="value:Q")
    promised = base.mark_tick(color=OTHER, thickness=2.5, width=18).encode(y="promised:Q")
    count = base.mark_text(fontSize=9.5, color=MUTED).encode(
        y=alt.value(-7), text=alt.Text("n:Q", format=",")
    )
    return svg(interval + observed + promised + count)


def thresholds(points: Rows, chosen: float) -> str:
    """Precision and recall over the threshold on probability; a line at the one in force."""
    names = [f"{row['subgroup']:g}" for row in points if row["measure"] == "precision"]
    shown = [{**row, "threshold": f"{row['subgroup']:g}"} for row in points]
    colour = alt.Color(
        "measure:N",
        title=None,
        scale=alt.Scale(domain=list(SERIES), range=list(SERIES.values())),
        legend=alt.Legend(orient="top", symbolOpacity=1, symbolType="square"),
    )
    base = alt.Chart(frame(shown), width=430, height=260).encode(
        x=alt.X("threshold:N", sort=names, title="threshold", axis=alt.Axis(labelAngle=-40)),
        color=colour,
    )
    low = alt.Y("low:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(format=".2%"))
    band = base.mark_area(opacity=0.16).encode(y=low, y2="high:Q")
    line = base.mark_line(point=True).encode(y="value:Q")
    below = [name for name in names if float(name) <= chosen]
    mark = [{"threshold": below[-1]}] if below else []
    force = (
        alt.Chart(frame(mark))
        .mark_rule(color=INK, strokeDash=[4, 3])
        .encode(x=alt.X("threshold:N", sort=names))
    )
    return svg(band + line + force)


def m_and_u(levels: Rows) -> str:
    """m and u of every level on a log scale: the distance between them is the weight."""
    order = [row["level"] for row in levels]
    base = alt.Chart(frame(levels), width=230, height=max(1, len(levels)) * 17).encode(
        y=alt.Y("level:N", title=None, sort=order)
    )
    scale = alt.Scale(type="log", domain=[1e-7, 1], clamp=True)
    axis = alt.Axis(format="~g", tickCount=4)
    m = alt.X("m:Q", title="m (blue), u (orange)", scale=scale, axis=axis)
    between = base.mark_rule(color="#B8C2CC").encode(x=m, x2="u:Q")
    points = [
        base.mark_point(color=colour, filled=True, size=42, opacity=1).encode(
            x=alt.X(f"{name}:Q", scale=scale)
        )
        for name, colour in (("m", ACCENT), ("u", OTHER))
    ]
    return svg(between + points[0] + points[1])


def blocking_rules(rules: Rows) -> str:
    """Per rule: pairs it makes, pairs only it makes, and the share of links only it finds."""
    order = [row["rule"] for row in rules]
    panels = (("pairs", "pairs found", ",", 200), ("new_pairs", "found by it alone", ",", 200),
              ("added", "recall it adds", ".3%", 160))  # fmt: skip
    drawn = []
    for at, (name, title, form, width) in enumerate(panels):
        labels = alt.Axis(labelLimit=320) if at == 0 else None
        base = alt.Chart(frame(rules), width=width, height=max(1, len(rules)) * 19).encode(
            y=alt.Y("rule:N", sort=order, title=None, axis=labels)
        )
        root = alt.Scale(type="sqrt")
        bar = base.mark_bar(color=ACCENT, height=11, cornerRadiusEnd=2).encode(
            x=alt.X(
                f"{name}:Q",
                title=title,
                axis=alt.Axis(labels=False, grid=False, orient="top"),
                scale=root,
            )
        )
        text = base.mark_text(align="left", dx=4, fontSize=9.5, color=INK).encode(
            x=f"{name}:Q", text=alt.Text(f"{name}:Q", format=form)
        )
        drawn.append(bar + text)
    return svg(alt.hconcat(*drawn, spacing=34))
