"""One list as an XLSX workbook: what a commune opens, fills in, signs and sends back.

Runs inside Spark tasks, so it loads little and holds no more rows than it must. Every text is
written as text: identity numbers keep their zeros and nothing is ever a formula. The bytes depend
on the rows, the list and the secret alone.
"""

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from itertools import groupby, islice
from typing import NamedTuple
from xml.sax.saxutils import escape

from jobs.lists import guide, wording
from jobs.lists.differences import difference
from jobs.lists.fields import ANSWERS, FIELDS, KEY_AT, Cell, Row, lines, plain, shown, writable
from jobs.lists.seals import UNIT, ListMark, sealed_list, sealed_row, version_of
from jobs.lists.tally import Tally
from jobs.lists.template import HEADER_ROWS, last_row, template

LINE = 12.75  # points
BATCH = 500
INLINE = 't="inlineStr"><is>'
TEXT, END = '<t xml:space="preserve">', "</t>"
FONT = '<sz val="10"/><color rgb="FF0B5D2A"/><rFont val="Arial"/><family val="2"/></rPr>'
SAME, OTHER = f"<rPr>{FONT}", f"<rPr><b/><u/>{FONT}"
ROOMY = 0.85  # of a column's width: shorter texts fit in any letters
MARKUP = re.compile("[&<>]|_x[0-9A-Fa-f]{4}_")
# A spreadsheet reads _x0041_ as a letter; the same letters typed by somebody are to stay.
CODED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class About(NamedTuple):
    """What a workbook says of its list besides the rows."""

    list_id: str
    place: str
    commune: str | None
    secret: bytes
    due: str = ""
    pilot: bool = False


class Written(NamedTuple):
    """A finished workbook, and what it proves."""

    content: bytes
    mark: ListMark


def workbook(rows: Iterable[Row], kinds: Iterable[str], about: About) -> Written:
    """The workbook of one list; `rows` come sheet by sheet, and `kinds` names all their sheets."""
    wanted = set(kinds)
    ordered = tuple(kind for kind in wording.SHEETS if kind in wanted)
    made, tally = template(ordered), Tally()
    buffer = BytesIO(made.shared)
    keys: list[str] = []
    own = {guide.LIST: f"{about.list_id} – {wording.TRIAL}" if about.pilot else about.list_id}
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for kind, some in groupby(rows, key=lambda row: row["sheet"]):
            name, before, after = made.sheets[kind]
            printed = printer(kind, made.styles, about, keys)
            with archive.open(name, "w") as part:
                part.write(before.encode())
                end = HEADER_ROWS
                for batch in in_batches(shown(numbered(tally.counted(some)))):
                    text = "".join([printed(row, end + at) for at, row in enumerate(batch, 1)])
                    part.write(text.encode())
                    end += len(batch)
                own[str(last_row(kind))] = str(end)
                part.write(filled(after, own).encode())
        mark = ListMark(about.list_id, version_of(about.secret, keys), len(keys))
        own |= texts(about, mark) | figures(tally, ordered)
        for name, text in made.parts.items():
            with archive.open(name, "w") as part:
                part.write(filled(text, own).encode())
    return Written(buffer.getvalue(), mark)


def numbered(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows counted, and their households, which stand together, counted as well."""
    households, last = 0, None
    for number, row in enumerate(rows, start=1):
        home = row.get("household_id")
        households += home is not None and home != last
        last = home
        row |= {"number": number, "household": households if home is not None else None}
        yield row


def in_batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def printer(
    kind: str, styles: Mapping[str, int], about: About, keys: list[str]
) -> Callable[[Row, int], str]:
    """A function that gives the XML of a row in a line, and adds the row's key to `keys`."""
    columns = [
        (letter, ROOMY * field.width, field.width, field.beside)
        for letter, field in zip(LETTERS, FIELDS[kind])  # noqa: B905 - as many letters as columns
    ]
    sealed = sealer(kind, about, keys)
    empty = {style: f'" s="{number}"/>' for style, number in styles.items()}
    opened = {style: f'" s="{number}" {INLINE}' for style, number in styles.items()}

    def printed(row: Row, line: int) -> str:
        cells = sealed(row)
        parts, height = [], 1
        xml = in_xml if MARKUP.search(UNIT.join([text for text, _ in cells])) else str
        for (letter, roomy, width, beside), (text, style) in zip(columns, cells, strict=True):
            if not text:
                parts.append(f'<c r="{letter}{line}{empty[style]}')
                continue
            long = len(text) >= (roomy if text.isupper() else width) or "\n" in text
            if long and style != "small":
                height = max(height, lines(text, width))
            if style == "proposal" and beside:
                told = compared(text, plain(row[beside]), xml)
            else:
                told = f"{TEXT}{xml(text)}{END}"
            parts.append(f'<c r="{letter}{line}{opened[style]}{told}</is></c>')
        return f'<row r="{line}" ht="{LINE * height + 3}" customHeight="1">{"".join(parts)}</row>'

    return printed


def sealer(kind: str, about: About, keys: list[str]) -> Callable[[Row], list[Cell]]:
    """A function that gives the cells of a row, its key among them, and adds the key to `keys`."""
    filling = [field.cell for field in FIELDS[kind]]
    answers, name = len(filling) - len(ANSWERS), wording.SHEETS[kind]

    def sealed(row: Row) -> list[Cell]:
        cells = [(writable(text), style) for text, style in (cell(row) for cell in filling)]
        said = [text for text, _ in cells]
        code = said[KEY_AT]
        key = sealed_row(about.secret, about.list_id, code, [name, *locked(said, answers)])
        keys.append(key)
        cells[KEY_AT] = (key, "small")
        return cells

    return sealed


def in_xml(text: str) -> str:
    return escape(CODED.sub("_x005F_", text))


def compared(text: str, recorded: str, xml: Callable[[str], str]) -> str:
    """The insides of a proposal's cell; where a part of it differs, only that part stands out."""
    differs = difference(recorded, text)
    if differs is None:
        return f"{TEXT}{xml(text)}{END}"
    start, end = differs
    pieces = ((SAME, text[:start]), (OTHER, text[start:end]), (SAME, text[end:]))
    return "".join(f"<r>{style}{TEXT}{xml(piece)}{END}</r>" for style, piece in pieces if piece)


def locked(said: Sequence[str], answers: int) -> list[str]:
    """The texts of a row that its seal covers: all but its key and the answers."""
    return [text for at, text in enumerate(said[:answers]) if at != KEY_AT]


def texts(about: About, mark: ListMark) -> dict[str, str]:
    """What stands in the place of each placeholder of the first sheet."""
    identity = f"{wording.LIST_ID}: {mark.list_id} · {wording.VERSION}: {mark.version}"
    said = {
        guide.PLACE: about.place,
        guide.PILOT: wording.PILOT if about.pilot else "",
        guide.IDENTITY: identity,
        guide.SEAL: sealed_list(about.secret, mark),
        guide.COMMUNE_POLICE: wording.police(about.commune),
        wording.DUE: about.due,
    }
    return {placeholder: escape(writable(text)) for placeholder, text in said.items()}


def figures(tally: Tally, kinds: Sequence[str]) -> dict[str, str]:
    """The figures of the first sheet by the number that stands for each."""
    flat = [figure for name in guide.counted(kinds) for figure in tally.figures(name)]
    return {str(guide.FIGURE + at): str(figure) for at, figure in enumerate(flat)}


def filled(text: str, own: Mapping[str, str]) -> str:
    for placeholder, value in own.items():
        text = text.replace(placeholder, value)
    return text
