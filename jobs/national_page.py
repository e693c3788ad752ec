"""The national page: figures in, one self-contained HTML text out."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from jobs import charts, progress_page, quality_charts, quality_page, reference
from jobs.glossary import DISPOSITIONS
from transforms.reporting import WITH_NUMBER, Reporting

Rows = Sequence[Mapping[str, Any]]
AS_OF = "2022-04-25"
OPEN = ("review", "unverifiable")


class Figures(NamedTuple):
    """What the tables of a run say, by name of table."""

    run_id: str
    tables: Mapping[str, Rows]
    rules: Reporting
    threshold: float

    def total(self, table: str, *, by: str, value: str = "rows") -> dict[str, int]:
        sums: dict[str, int] = defaultdict(int)
        for row in self.tables[table]:
            sums[row[by]] += row[value] or 0
        return dict(sums)


def page(figures: Figures, reference_dir: Path) -> str:
    """The page as HTML; it loads nothing and holds no script."""
    environment = Environment(
        loader=PackageLoader("jobs"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["n"] = lambda value: f"{value:,}" if value is not None else "–"
    environment.filters["pct"] = lambda share: f"{share:.2%}" if share is not None else "–"
    environment.filters["fine"] = lambda share: f"{share:.3%}" if share is not None else "–"
    environment.filters["count"] = lambda value: f"{value:,.0f}" if value is not None else "–"
    template = environment.get_template("report.html.j2")
    tiles = reference.rows(reference_dir, "province_tiles.csv")
    names = {tile["province_code"]: tile["province"] for tile in tiles}
    return template.render(
        run_id=figures.run_id,
        tables=figures.tables,
        headline=headline(figures),
        funnel=funnel(figures, reference.rows(reference_dir, "verification_funnel_2022.csv")),
        blocking=blocking(figures),
        quality=quality_page.shown(figures.tables["quality"], figures.tables["clerical"]),
        ledger=ledger(figures),
        stages=stages(figures),
        work=progress_page.shown(figures.tables, names),
        charts=drawn(figures, tiles),
    )


def headline(figures: Figures) -> Rows:
    """Dose rows and their share per disposition, in the order of the contract."""
    found = figures.total("provinces", by="disposition")
    recorded = sum(found.values()) or 1
    return [
        {
            "name": name,
            "meaning": meaning,
            "rows": found.get(name, 0),
            "share": found.get(name, 0) / recorded,
        }
        for name, meaning in DISPOSITIONS.items()
    ]


def funnel(figures: Figures, official: Sequence[Mapping[str, str]]) -> Rows:
    """The official funnel beside ours; each line in rows and as a share of recorded rows."""
    then = {
        row["measure"]: int(row["doses"])
        for row in official
        if row["as_of"] == AS_OF and row["doses"]
    }
    ours, kinds = _outcomes(figures)
    with_number = sum(rows for kind, rows in kinds.items() if kind in WITH_NUMBER)
    recorded = sum(kinds.values())
    injected, without = then["recorded on platform"], "without / malformed CCCD/CMND"
    lines = [
        ("Recorded on the platform", injected, recorded, 0),
        ("with CCCD/CMND", then["with CCCD/CMND"], with_number, 1),
        ("verified wrong", then["with CCCD/CMND, verified WRONG"], ours["wrong, with number"], 2),
        ("without or malformed number", then[without], recorded - with_number, 1),
        ("known all the same", then["without ID but verified CORRECT"], ours["recovered"], 2),
        ("could not be verified", then["could NOT be verified"], ours["open"], 2),
    ]
    return [
        {
            "measure": measure,
            "depth": depth,
            "official": rows,
            "official_share": rows / injected,
            "ours": mine,
            "ours_share": mine / recorded if recorded else None,
        }
        for measure, rows, mine, depth in lines
    ]


def _outcomes(figures: Figures) -> tuple[dict[str, int], dict[str, int]]:
    ours = {"wrong, with number": 0, "recovered": 0, "open": 0}
    kinds: dict[str, int] = defaultdict(int)
    for row in figures.tables["numbers"]:
        kinds[row["number_kind"] or "missing"] += row["rows"]
        if row["disposition"] == "wrong":
            ours["wrong, with number"] += row["rows"]
        elif row["disposition"] == "recovered":
            ours["recovered"] += row["rows"]
        elif row["disposition"] in OPEN and row["number_kind"] not in WITH_NUMBER:
            ours["open"] += row["rows"]
    return ours, dict(kinds)


def blocking(figures: Figures) -> Rows:
    """Cost and yield of every rule on one line."""
    yields = quality_page.rules(figures.tables["quality"])
    nothing = {"found": "pairs", "alone": "new_pairs", "links": "links", "new_links": "new_links"}
    return [
        {**cost, **{k: int(yields.get(cost["rule"], {}).get(v, 0)) for k, v in nothing.items()}}
        for cost in figures.tables["blocking"]
    ]


def ledger(figures: Figures) -> Mapping[str, Any]:
    """The national lines, and whether every province balances by count and by checksum."""
    return {
        "lines": figures.tables["ledger"],
        "balanced": not figures.tables["imbalances"],
        "off": figures.tables["imbalances"],
    }


def stages(figures: Figures) -> Rows:
    """Seconds per stage in the order they ran."""
    [row] = figures.tables["runs"] or [{"stage_seconds": {}}]
    return [{"stage": name, "seconds": round(s, 1)} for name, s in row["stage_seconds"].items()]


def drawn(figures: Figures, tiles: Sequence[Mapping[str, str]]) -> Mapping[str, Markup]:
    """Every chart of the page as SVG."""
    provinces = placed(figures, tiles)
    known = [tile for tile in provinces if tile["share"] is not None]
    levels: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for level in figures.tables["model"]:
        if level["weight"] is not None:
            levels[level["comparison"]].append(level)
    pictures = {
        "map": charts.province_map(provinces),
        "ranked": charts.ranked_provinces(known),
        "error_kinds": charts.bars(figures.tables["error_kinds"], "fields", "rows"),
        "number_kinds": charts.bars(unusable(figures), "kind", "rows"),
        "weights": charts.weight_histogram(figures.tables["weights"], figures.rules.histogram_bits),
        "stages": charts.bars(stages(figures), "stage", "seconds", width=560, form=".1f"),
        "open": charts.bars(progress_page.drawn(figures.tables["open"]), "run", "open"),
    } | {f"level_{name}": charts.level_weights(rows) for name, rows in sorted(levels.items())}
    pictures |= {f"mu_{name}": quality_charts.m_and_u(rows) for name, rows in levels.items()}
    pictures |= quality_page.drawn(figures.tables["quality"], figures.threshold)
    return {name: Markup(picture) for name, picture in pictures.items()}


def placed(figures: Figures, tiles: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Each province where the map has it, with its share of wrong dose rows if it has any rows."""
    shares = wrong_shares(figures)
    return [
        {
            "label": tile["label"],
            "province": tile["province"],
            "column": int(tile["column"]),
            "row": int(tile["row"]),
            "share": shares.get(tile["province_code"]),
        }
        for tile in tiles
    ]


def unusable(figures: Figures) -> list[dict[str, Any]]:
    """Dose rows by what stands in place of a number, most first."""
    kinds = figures.total("numbers", by="number_kind")
    return [
        {"kind": kind or "missing", "rows": rows}
        for kind, rows in sorted(kinds.items(), key=lambda item: (-item[1], item[0] or ""))
        if kind not in WITH_NUMBER
    ]


def wrong_shares(figures: Figures) -> dict[str, float]:
    """Share of dose rows with wrong data by declared province."""
    rows = figures.total("provinces", by="province_code")
    wrong: dict[str, int] = defaultdict(int)
    for line in figures.tables["provinces"]:
        if line["disposition"] == "wrong":
            wrong[line["province_code"]] += line["rows"]
    return {
        province: wrong[province] / count for province, count in rows.items() if province and count
    }
