"""Returned files are read side by side: in their order, bounded, and whatever one does to it."""

from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from itertools import chain
from pathlib import Path

import pytest
import xlsxwriter

from jobs.counting import counting
from jobs.lists import refusals, wording
from jobs.lists.protection import Keyring, Passwords, protected, unprotected
from jobs.lists.reading import Opening, read_all
from jobs.lists.returned import Returned, read_returned
from jobs.lists.workbook import workbook
from tests.jobs.test_receive import ABOUT, ROWS, SECRET

OTHERS = {"01": "mật khẩu của 01", "79": "mật khẩu của 79"}


def written(path: Path, number: int) -> Path:
    about = ABOUT._replace(list_id=f"38-394-{number:05}")
    path.write_bytes(workbook((dict(r) for r in ROWS), ["platform"], about).content)
    return path


def far_away(path: Path, row: int, column: int) -> Path:
    """A few kilobytes with two cells so far from each other that the sheet fills any memory."""
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet(wording.GUIDE)
    page.write_string(0, 0, "x")
    page.write_string(row, column, "x")
    book.close()
    return path


def test_files_are_told_in_their_order_however_many_are_read_at_once(tmp_path):
    paths = [written(tmp_path / f"{n}.xlsx", n) for n in range(9)]
    paths[4].write_bytes(paths[4].read_bytes()[:-200])
    expected = [read_returned(path, SECRET, Keyring()) for path in paths]
    assert list(read_all(paths, Opening(SECRET, processes=3))) == expected


@pytest.mark.slow
@pytest.mark.parametrize("processes", [1, 2])
def test_a_file_that_takes_its_reader_with_it_is_refused_and_all_others_are_read(
    tmp_path, processes
):
    sound = [written(tmp_path / f"{n}.xlsx", n) for n in range(6)]
    hostile = [
        far_away(tmp_path / "a.xlsx", 1_048_575, 16_383),
        far_away(tmp_path / "b.xlsx", 999_999, 701),
    ]
    paths = [sound[0], hostile[0], *sound[1:5], hostile[1], sound[5]]
    found = list(read_all(paths, Opening(SECRET, processes=processes)))
    assert [one.file for one in found] == [path.name for path in paths]
    reasons = {one.file: line.reason for one in found for line in one.refused}
    assert reasons == {path.name: refusals.TOO_LARGE for path in hostile}


class Breaking:
    """A pool that reads at once, and whose other readers have died when it is asked once more."""

    def __init__(self, sound: int) -> None:
        self.sound = sound

    def __enter__(self) -> "Breaking":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, _: object, path: Path) -> Future[Returned]:
        self.sound -= 1
        if self.sound < 0:
            raise BrokenProcessPool
        done: Future[Returned] = Future()
        done.set_result(Returned(path.name, None, [], []))
        return done


@pytest.mark.parametrize("sound", range(1, 8))
def test_what_was_read_when_a_pool_breaks_is_told_all_the_same(monkeypatch, sound):
    """The reader of a later file may die while an earlier one is handed over."""
    monkeypatch.setattr("jobs.lists.reading._pool", lambda *_: Breaking(sound))
    paths = [Path(f"{n}.xlsx") for n in range(7)]
    found = [one.file for one in read_all(paths, Opening(SECRET, processes=1))]
    assert found == [path.name for path in paths]


def test_a_files_name_tells_which_password_is_tried_first(tmp_path):
    opening = Opening(SECRET, Passwords(OTHERS), provinces={"00001": "01", "26734": "79"})
    named = {"26734-phuong-1.xlsx": "79", "00001-xa-a-2.xlsx": "01", "tra-lai.xlsx": None,
             "79-hcm/760-quan-1/khong-ro.xlsx": "79", "v01-2/12345.xlsx": None}  # fmt: skip
    assert {n: opening.likely(Path(n)) for n in named} == {
        n: code and OTHERS[code] for n, code in named.items()
    }


def test_the_likely_password_is_tried_first_and_a_wrong_guess_costs_nothing_else(
    tmp_path, monkeypatch
):
    tried = []

    def counted(content, password):
        tried.append(password)
        return unprotected(content, password)

    monkeypatch.setattr("jobs.lists.protection.unprotected", counted)
    locked = protected(written(tmp_path / "a.xlsx", 1).read_bytes(), OTHERS["79"])
    for likely, attempts in ((OTHERS["79"], 1), (None, 1), (OTHERS["01"], 2)):
        tried.clear()
        keyring = Keyring([OTHERS["79"], OTHERS["01"]])
        assert keyring.unlocked(locked, likely) is not None
        assert len(tried) == attempts


def test_files_are_counted_as_they_pass(tmp_path, capsys):
    paths = [written(tmp_path / "a.xlsx", 1), far_away(tmp_path / "b.xlsx", 1, 1)]
    found = (read_returned(path, SECRET, Keyring()) for path in paths)
    count = counting(quiet=False, as_json=True)
    assert len(list(chain(count.through(found, 2)))) == 2
    assert capsys.readouterr().err == '{"event": "files", "done": 2, "of": 2, "refused": 1}\n'
    assert count.line().startswith("2 of 2 files, 1 refused  0:00")
