"""Which lines of a CSV are one row: a quoted field may hold line breaks, a stray quote may not.

A quotation mark that was typed by mistake opens a field as a meant one does, and the rows up to the
next mark would be text of that field. A line that could be a row by itself is therefore never taken
for text: the line with the stray mark stands alone, for the reader to refuse, and no other is lost.
In a table of two or three columns that may be said of a line of text as well; then it is refused.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator

INSIDE = r'[^"]*+(?:""[^"]*+)*+'
QUOTED = re.compile(rf'(?:^|(?<=,))"{INSIDE}"(?=,|$)')
FIELD = rf'(?:"{INSIDE}"|(?!")[^,]*+)'
OPENING = re.compile(rf'(?:{FIELD},)*+"{INSIDE}')
GOING_ON = re.compile(INSIDE)
CLOSING = re.compile(rf'{INSIDE}"(?:,{FIELD})*+(?P<open>,"{INSIDE})?')


def rows_of(lines: Iterable[str], columns: int) -> Iterator[str]:
    """The rows of a file with so many columns, header and blank lines too, in their order."""
    source, again = iter(_apart(lines, columns)), deque[str]()
    for line in _each(again, source):
        row = [line]
        if '"' in line and OPENING.fullmatch(line):
            row += _rest(line, _each(again, source), columns, again)
        yield "\n".join(row)


def _rest(first: str, lines: Iterator[str], columns: int, again: deque[str]) -> list[str]:
    """The lines in which the row goes on; none, and all of them again, if it does not."""
    taken: list[str] = []
    for line in lines:
        taken.append(line)
        closing = CLOSING.fullmatch(line)
        goes_on = closing["open"] is not None if closing else bool(GOING_ON.fullmatch(line))
        own = _fills_a_row(line, columns) and (goes_on or _fills_a_row(first, columns))
        if own or not (closing or goes_on):
            break
        if not goes_on:
            return taken
    again.extendleft(reversed(taken))
    return []


def _each(again: deque[str], source: Iterator[str]) -> Iterator[str]:
    while True:
        if again:
            yield again.popleft()
        elif (line := next(source, None)) is not None:
            yield line
        else:
            return


def _apart(lines: Iterable[str], columns: int) -> Iterator[str]:
    """The same lines; one in which several rows end in nothing but CR is several."""
    for line in lines:
        pieces = line.split("\r")
        several = sum(_fills_a_row(piece, columns) for piece in pieces) > 1
        yield from pieces if several else [line]


def _fills_a_row(line: str, columns: int) -> bool:
    """Whether by itself it has as many fields as a row, marks out of place taken for letters."""
    bare = QUOTED.sub("", line) if '"' in line else line
    return bare.count(",") + 1 == columns
