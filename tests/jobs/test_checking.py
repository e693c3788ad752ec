"""A publication is looked at once more before anybody sees it."""

import pytest

from jobs.errors import LedgerError
from jobs.lists.checking import check_folder, check_seals, place_of
from jobs.lists.protection import Passwords, protected
from jobs.lists.workbook import workbook
from tests.jobs.test_lists import ABOUT, row

FILE = "lists/38-thanh-hoa/394-huyen-thieu-hoa/15856-xa-a.xlsx"


@pytest.fixture
def entry(tmp_path):
    """What the manifest says of the one list in the folder."""
    book = workbook([row()], ["platform"], ABOUT)
    (tmp_path / FILE).parent.mkdir(parents=True)
    (tmp_path / FILE).write_bytes(book.content)
    return {"file": FILE, "bytes": len(book.content), "list_id": ABOUT.list_id,
            "version": book.mark.version, "province_code": "38"}  # fmt: skip


def test_what_was_written_and_sealed_passes(tmp_path, entry):
    check_folder(tmp_path, [entry])
    check_seals(tmp_path, [entry], ABOUT.secret, Passwords())


def test_a_list_behind_its_provinces_password_is_opened_with_it(tmp_path, entry):
    (tmp_path / FILE).write_bytes(protected((tmp_path / FILE).read_bytes(), "a password"))
    check_seals(tmp_path, [entry], ABOUT.secret, Passwords({"38": "a password"}))
    with pytest.raises(LedgerError, match="does not read back"):
        check_seals(tmp_path, [entry], ABOUT.secret, Passwords({"38": "another one"}))


def test_strays_and_losses_are_named(tmp_path, entry):
    (tmp_path / "lists" / "names.csv").write_text("x")
    with pytest.raises(LedgerError, match=r"1 file\(s\) .*lists/names\.csv"):
        check_folder(tmp_path, [entry])


@pytest.mark.parametrize("other", [{"version": "00000000"}, {"list_id": "01-001-00001"}])
def test_a_list_that_is_not_the_one_named_is_refused(tmp_path, entry, other):
    with pytest.raises(LedgerError, match="does not read back"):
        check_seals(tmp_path, [entry | other], ABOUT.secret, Passwords())


def test_a_list_in_another_places_folder_is_refused(tmp_path, entry):
    (tmp_path / "lists" / "01-ha-noi").mkdir()
    moved = tmp_path / "lists" / "01-ha-noi" / "khong-ro.xlsx"
    (tmp_path / FILE).rename(moved)
    with pytest.raises(LedgerError, match="outside the place"):
        check_seals(
            tmp_path, [entry | {"file": "lists/01-ha-noi/khong-ro.xlsx"}], ABOUT.secret, Passwords()
        )


def test_a_path_is_read_as_the_list_it_belongs_to():
    paths = (FILE, "lists/01-ha-noi/khong-ro/khong-ro-2.xlsx", "lists/79-a/760-b/26734-c-2.xlsx")
    assert [place_of(path) for path in paths] == ["38-394-15856", "01-x-x", "79-760-26734"]
