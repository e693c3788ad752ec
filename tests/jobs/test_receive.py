"""Lists come back: what is believed, what is refused and why, and nothing is taken twice."""

import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from xlsxwriter.utility import xl_col_to_name

from jobs import clock
from jobs.list_secret import list_secret
from jobs.lists import refusals, wording
from jobs.lists.fields import FIELDS
from jobs.lists.protection import Keyring, protected, unprotected
from jobs.lists.returned import read_returned
from jobs.lists.unpacking import reason_to_refuse
from jobs.lists.values import kind_of
from jobs.lists.workbook import About, workbook
from jobs.receive import receive
from jobs.tables import Commit, Tables
from tests.fake_rows import fake_rows
from tests.filled_in import changed, filled_in
from tests.jobs.test_lists import CANDIDATE, row
from transforms import decisions
from transforms.schemas import LISTED_ROW

SECRET = b"a secret of the tests"
NO_KEYS = Keyring()
ABOUT = About("38-394-15856", "Xã A", "Xã A", SECRET)
ROWS = [row(correction_id=f"{n:016x}", person_id=f"P{n}") for n in range(4)]


@pytest.fixture
def out(tmp_path):
    """The list as it went out."""
    path = tmp_path / "list.xlsx"
    path.write_bytes(workbook((dict(r) for r in ROWS), ["platform"], ABOUT).content)
    return path


def reasons(path: Path) -> list[tuple[int, str]]:
    return [(line.row, line.reason) for line in read_returned(path, SECRET, NO_KEYS).refused]


def test_an_untouched_list_answers_nothing_and_is_sound(out):
    found = read_returned(out, SECRET, NO_KEYS)
    assert (found.answers, found.refused, found.rows) == ([], [], 4)
    assert found.mark.list_id == "38-394-15856"


def test_answers_are_read_with_what_the_row_says(out):
    back = filled_in(out, {0: ("Đúng",), 1: ("Sai", "001085000119; 7/3/1985"), 2: ("", "", "")})
    found = read_returned(back, SECRET, NO_KEYS)
    assert found.refused == []
    told = [(a.sheet, a.correction_id, a.answer, a.corrected_value, a.evidence_grade, a.case_class)
            for a in found.answers]  # fmt: skip
    assert told == [
        ("platform", f"{0:016x}", "right", None, "A", "c"),
        ("platform", f"{1:016x}", "wrong", "001085000119; 7/3/1985", "A", "c"),
    ]


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("Đu\u0301ng", "right"),  # decomposed, as some keyboards type it
        ("Ðúng", "right"),  # the Icelandic letter that old fonts gave
        ("ĐÚNG.", "right"),
        ("dung", "right"),
        ("sai", "wrong"),
        ("Không có ở \u00a0 địa phương", "not_here"),
        ("can xac minh", "check"),
    ],
)
def test_an_answer_is_heard_however_it_is_spelt(out, word, code):
    found = read_returned(filled_in(out, {0: (word,)}), SECRET, NO_KEYS)
    assert (found.refused, [a.answer for a in found.answers]) == ([], [code])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("001085000119;", "001085000119"),
        ("001 085 000 119", "001 085 000 119"),
        ("07-03-1985", "07-03-1985"),
        ("Lê Thị Hoa\n07.03.1985", "Lê Thị Hoa; 07.03.1985"),
        ("Lê\u00a0Thị  Hoa", "Lê Thị Hoa"),
        ("Nu\u031b\u0303", "Nữ"),
        ("nu", "nu"),
    ],
)
def test_a_value_is_heard_however_it_is_typed(out, typed, kept):
    found = read_returned(filled_in(out, {0: ("Sai", typed)}), SECRET, NO_KEYS)
    assert (found.refused, [a.corrected_value for a in found.answers]) == ([], [kept])


def test_our_own_note_of_a_contradiction_is_nobodys_answer(out):
    note = wording.contradiction("Đúng / Sai")
    untouched = read_returned(filled_in(out, {0: ("", "", note)}), SECRET, NO_KEYS)
    assert (untouched.refused, untouched.answers) == ([], [])
    settled = {0: ("Đúng", "", note), 1: ("Sai", "", f"{note}. Đã hỏi gia đình")}
    found = read_returned(filled_in(out, settled), SECRET, NO_KEYS)
    assert [a.note for a in found.answers] == [None, "Đã hỏi gia đình"]


def test_an_answer_merged_over_several_rows_is_refused(out):
    """Only the first of them would have it; all others would be passed over in silence."""
    column = xl_col_to_name(len(FIELDS["platform"]) - 3)
    merged = (
        f'</sheetData><mergeCells count="1"><mergeCell ref="{column}4:{column}6"/></mergeCells>'
    )
    back = filled_in(out, {0: ("Đúng",)})
    assert reasons(back) == []
    assert reasons(changed(back, "xl/worksheets/sheet2.xml", "</sheetData>", merged)) == [
        (4, refusals.MERGED)
    ]


@pytest.mark.parametrize(
    ("value", "refused"),
    [
        ("15/09/2021", []),
        ("Mũi 2; AstraZeneca", []),
        ("Vero Cell", []),
        ("31/02/2021", [(4, refusals.DOSE_VALUE_UNCLEAR)]),
        ("=1", [(4, refusals.DOSE_VALUE_UNCLEAR)]),
    ],
)
def test_of_a_dose_its_day_number_or_vaccine_may_be_written(tmp_path, value, refused):
    dose = row(sheet="doses", disposition="finding", case_class="d", evidence_grade="D")
    path = tmp_path / "doses.xlsx"
    path.write_bytes(workbook([dose], ["doses"], ABOUT).content)
    assert reasons(filled_in(path, {0: ("Sai", value)})) == refused


def test_rows_in_another_order_are_the_same_list(out):
    back = filled_in(out, {3: ("cần xác minh", "", "đi vắng")}, order=[3, 1, 0, 2])
    found = read_returned(back, SECRET, NO_KEYS)
    assert (found.refused, [a.note for a in found.answers]) == ([], ["đi vắng"])


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (("có",), refusals.UNKNOWN_ANSWER),
        (("", "", "gọi lại"), refusals.NO_ANSWER),
        (("Đúng", "Nữ"), refusals.VALUE_WITH_RIGHT),
        (("Sai", "01085000119"), refusals.VALUE_UNCLEAR),
        (("Sai", "31/02/1985"), refusals.VALUE_UNCLEAR),
        (("Sai", "07/03/2085"), refusals.VALUE_UNCLEAR),
        (("Sai", "=1+1"), refusals.VALUE_UNCLEAR),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_row(out, answer, reason):
    assert reasons(filled_in(out, {1: answer})) == [(5, reason)]


def test_values_are_known_by_their_form():
    values = ("001085000119", "012345678", "1985", "03/1985", "7/3/1985", "Nữ", "Lò Thị Ó", "?")
    assert [kind_of(value) for value in values] == [
        "id_number", "id_number", *["date_of_birth"] * 3, "sex", "full_name", None,
    ]  # fmt: skip


def test_a_locked_cell_that_changed_refuses_its_row_and_the_file(out):
    back = changed(out, "xl/worksheets/sheet2.xml", ">00108500011<", ">00108500099<", times=1)
    assert reasons(back) == [(4, refusals.CHANGED)]


def test_rows_left_out_doubled_or_from_another_list_are_seen(out, tmp_path):
    assert reasons(filled_in(out, {}, order=[0, 1, 2])) == [(0, refusals.ROWS_MISSING)]
    doubled = reasons(filled_in(out, {}, order=[0, 1, 2, 3, 3]))
    assert doubled == [(0, refusals.ROWS_MISSING), (7, refusals.TWICE), (8, refusals.TWICE)]
    other = tmp_path / "other.xlsx"
    about = ABOUT._replace(list_id="38-394-99999")
    other.write_bytes(workbook((dict(r) for r in ROWS), ["platform"], about).content)
    mixed = reasons(filled_in(out, {}, order=[0, 1, 2], rows_of=(other, [3])))
    assert mixed == [(0, refusals.ROWS_MISSING), (7, refusals.CHANGED)]


def test_blanks_at_the_edge_of_a_cell_are_nobodys_doing(tmp_path):
    path = tmp_path / "blanks.xlsx"
    blank = row(current_full_name=" Hoàng  Văn Hùng ", current_id_number="00108 ")
    path.write_bytes(workbook([blank], ["platform"], ABOUT).content)
    assert reasons(path) == reasons(filled_in(path, {0: ("Đúng",)})) == []


def test_a_list_sealed_with_another_secret_is_nobodys(out):
    assert [line.reason for line in read_returned(out, b"other secret", NO_KEYS).refused] == [
        refusals.NOT_OURS
    ]


def test_one_person_is_one_candidate_at_most(tmp_path):
    both = [CANDIDATE, CANDIDATE | {"correction_id": "d" * 16}]
    review = row(sheet="review", disposition="review", candidates=both, evidence_grade="D")
    path = tmp_path / "review.xlsx"
    path.write_bytes(workbook([review], ["review"], ABOUT).content)
    one = read_returned(filled_in(path, {0: ("Đúng",), 1: ("Sai",)}), SECRET, NO_KEYS)
    assert [(a.correction_id[0], a.answer) for a in one.answers] == [("c", "right"), ("d", "wrong")]
    two = reasons(filled_in(path, {0: ("Đúng",), 1: ("Đúng",)}))
    assert two == [(4, refusals.SEVERAL_RIGHT), (5, refusals.SEVERAL_RIGHT)]


def parts_added(path: Path, **parts: str | bytes) -> Path:
    back = path.with_name("hostile.xlsx")
    back.write_bytes(path.read_bytes())
    with zipfile.ZipFile(back, "a") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/"), text)
    return back


@pytest.mark.parametrize(
    ("part", "text", "reason"),
    [
        ("xl__vbaProject.bin", "x", refusals.MACRO),
        ("xl__externalLinks__externalLink1.xml", "<externalLink/>", refusals.EXTERNAL),
        ("xl__embeddings__oleObject1.bin", "x", refusals.EMBEDDED),
        ("xl__worksheets__sheet9.xml", "<c><f>1+1</f></c>", refusals.FORMULA),
        ("xl__worksheets__sheet9.xml", '<x:c><x:f t="shared">1</x:f></x:c>', refusals.FORMULA),
        ("xl__a.xml", '<!DOCTYPE a [<!ENTITY b "c">]>', refusals.DAMAGED),
        ("xl__a.xml", "<c><f>1+1</f></c>".encode("utf-16"), refusals.DAMAGED),
        ("xl__b.rels", '<Relationship TargetMode="External"/>', refusals.EXTERNAL),
        (
            "xl__worksheets___rels__sheet2.xml.rels",
            "<R TargetMode = 'external'/>",
            refusals.EXTERNAL,
        ),
        ("xl__c.xml", "<R TargetMode='External'/>", refusals.EXTERNAL),
        ("xl__workbook.xml", "<workbook/>", refusals.DAMAGED),
    ],
)
def test_hostile_files_are_refused_before_they_are_opened(out, part, text, reason):
    with (
        pytest.warns(UserWarning, match="Duplicate") if part == "xl__workbook.xml" else no_warning()
    ):
        back = parts_added(out, **{part: text})
    assert reason_to_refuse(back.read_bytes()) == reason


@pytest.mark.parametrize("mark", ["'", '"'])
def test_a_name_that_reads_like_a_link_is_a_name(mark):
    name = f"Lan TargetMode={mark}External{mark} <f> <!DOCTYPE"
    content = workbook([row(current_full_name=name)], ["platform"], ABOUT).content
    assert reason_to_refuse(content) is None


def no_warning():
    from contextlib import nullcontext

    return nullcontext()


def zipped(parts: dict[str, bytes]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return made.getvalue()


def bomb() -> bytes:
    made = BytesIO()
    with (
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/workbook.xml", "w") as part,
    ):
        for _ in range(401):
            part.write(b" " * 1_000_000)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (bomb(), refusals.TOO_LARGE),
        (zipped({f"{n}.xml": b"" for n in range(201)}), refusals.TOO_LARGE),
        (zipped({"word/document.xml": b"<w/>"}), refusals.NO_WORKBOOK),
        (b"PK\x03\x04 and nothing of an archive", refusals.DAMAGED),
        ("Phần,Mã dòng\nCần sửa,0".encode("utf-8-sig"), refusals.NO_WORKBOOK),
        (b"", refusals.NO_WORKBOOK),
        (b"%PDF-1.4", refusals.NO_WORKBOOK),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, refusals.OLD),
    ],
    ids=["unpacked", "entries", "document", "archive", "csv", "empty", "pdf", "xls"],
)
def test_what_is_no_plain_workbook_is_refused_with_its_reason(tmp_path, content, reason):
    path = tmp_path / "list.xlsx"
    path.write_bytes(content)
    assert reasons(path) == [(0, reason)]


@pytest.mark.parametrize("kept", [0.2, 0.7, 0.99])
def test_a_file_that_was_cut_short_is_refused(out, kept):
    whole = out.read_bytes()
    out.write_bytes(whole[: int(len(whole) * kept)])
    assert reasons(out) == [(0, refusals.DAMAGED)]


def test_a_version_that_was_changed_is_nobodys(out):
    mark = read_returned(out, SECRET, NO_KEYS).mark
    other = changed(out, "xl/sharedStrings.xml", f"|{mark.version}|", "|00000000|")
    assert reasons(other) == [(0, refusals.NOT_OURS)]


def test_a_list_behind_a_password_is_read_with_it_and_refused_without(out, tmp_path):
    back = filled_in(out, {0: ("Đúng",)})
    locked = tmp_path / "locked.xlsx"
    locked.write_bytes(protected(back.read_bytes(), "mật khẩu của 38"))
    known = Keyring(["mật khẩu của 01", "mật khẩu của 38"])

    found = read_returned(locked, SECRET, known)
    assert ([a.answer for a in found.answers], found.refused) == (["right"], [])
    for others in (NO_KEYS, Keyring(["mật khẩu của 01"])):
        refused = read_returned(locked, SECRET, others).refused
        assert [line.reason for line in refused] == [refusals.LOCKED]
    locked.write_bytes(locked.read_bytes()[:2_000])
    assert [line.reason for line in read_returned(locked, SECRET, known).refused] == [
        refusals.LOCKED
    ]


def test_a_macro_behind_a_password_is_a_macro(out, tmp_path):
    hostile = parts_added(out, **{"xl__vbaProject.bin": "x"})
    hostile.write_bytes(protected(hostile.read_bytes(), "a password"))
    refused = read_returned(hostile, SECRET, Keyring(["a password"])).refused
    assert [line.reason for line in refused] == [refusals.MACRO]


def test_a_password_is_hashed_no_longer_than_programs_do(out):
    locked = protected(out.read_bytes(), "a password")
    slower = locked.replace(
        b'   <p:encryptedKey spinCount="100000"', b'<p:encryptedKey spinCount="999999999"'
    )
    assert slower != locked
    assert unprotected(slower, "a password") is None


@pytest.fixture
def tables(spark, tmp_path, monkeypatch):
    """A warehouse that published the four rows."""
    monkeypatch.setenv("DOICHIEU_LIST_SECRET", SECRET.decode())
    warehouse = tmp_path / "warehouse"
    warehouse.mkdir()
    listed = [
        {"correction_id": f"{n:016x}", "list_id": "38-394-15856", "profile_id": n,
         "resident_id": f"R{n}", "disposition": "wrong", "is_open": True}
        for n in range(4)
    ]  # fmt: skip
    made = Tables(spark, str(warehouse), Commit("r1"))
    made.overwrite("listed_rows", fake_rows(spark, LISTED_ROW, listed))
    return made


def test_a_folder_is_taken_in_once_and_contradictions_are_kept_and_told(
    tables, out, tmp_path, monkeypatch
):
    hours = iter(range(1, 24))
    monkeypatch.setattr(clock, "now", lambda: datetime(2022, 5, 20, next(hours), tzinfo=UTC))
    post = tmp_path / "post"
    (post / "deep").mkdir(parents=True)
    filled_in(out, {0: ("Đúng",), 1: ("Đúng",)}).replace(post / "a.xlsx")
    filled_in(out, {0: ("Đúng",), 1: ("Sai",)}).replace(post / "deep" / "b.xlsx")
    filled_in(out, {2: ("Đúng",), 3: ("???",)}).replace(post / "c.xlsx")

    first = receive(tables, [post], good_rows=False)
    again = receive(tables, [post], good_rows=False)

    assert (first["files"], first["files refused"], first["new answers"]) == (3, 1, 4)
    assert (again["answers"], again["new answers"]) == (4, 0)
    assert first["contradictions"] == [
        {"list_id": "38-394-15856", "sheet": "platform", "correction_id": f"{1:016x}",
         "answers": ["right", "wrong"]}
    ]  # fmt: skip
    assert (first["grades"]["A"]["right"], first["grades"]["A"]["answers"]) == (1, 1)
    report = Path(first["report"]).read_text(encoding="utf-8-sig").splitlines()
    assert len(report) == 2
    assert report[1].startswith("c.xlsx,38-394-15856,Cần sửa,7,")

    taken = receive(tables, [post], good_rows=True)
    assert taken["new answers"] == 1
    kept = {
        (r["profile_id"], r["resident_id"], r["answer"]) for r in tables.read("decisions").collect()
    }
    assert kept == {(0, "R0", "right"), (1, "R1", "right"), (1, "R1", "wrong"), (2, "R2", "right")}


def test_the_last_word_stands_though_it_was_said_before_and_an_old_file_says_nothing_new(
    tables, out, tmp_path, monkeypatch
):
    moments = (datetime(2022, 5, 20, 7, 30, 0, microsecond, UTC) for microsecond in range(9))
    monkeypatch.setattr(clock, "now", lambda: next(moments))
    names = []
    for at, word in enumerate(("Đúng", "Sai", "Đúng")):
        path = tmp_path / f"{at}.xlsx"
        filled_in(out, {0: (word, "", f"lần {at}")}).replace(path)
        names.append(path)
    new = [receive(tables, [path], good_rows=False)["new answers"] for path in (*names, names[1])]

    assert new == [1, 1, 1, 0]
    stands = decisions.standing(tables.read("decisions")).collect()
    assert [(row["answer"], row["note"], row["in_conflict"]) for row in stands] == [
        ("right", "lần 2", False)
    ]
    assert len({row["receipt"] for row in tables.read("decisions").collect()}) == 3


def test_a_sealed_row_that_never_went_out_refuses_its_file(tables, out, tmp_path):
    known = tables.read("listed_rows").where("profile_id < 3")
    Tables(tables.spark, f"{tables.warehouse}/copy").overwrite("listed_rows", known)
    there = Tables(tables.spark, f"{tables.warehouse}/copy", Commit("r1"))
    back = filled_in(out, {0: ("Đúng",), 3: ("Đúng",)})

    refused = receive(there, [back], good_rows=False)

    assert (refused["answers"], refused["new answers"], refused["refused"]) == (0, 0, 1)
    report = Path(refused["report"]).read_text(encoding="utf-8-sig").splitlines()
    assert report[1] == f"{back.name},38-394-15856,Cần sửa,7,{refusals.NOT_LISTED}"
    assert receive(there, [back], good_rows=True)["new answers"] == 1


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path, monkeypatch):
    monkeypatch.delenv("DOICHIEU_LIST_SECRET", raising=False)
    first = list_secret(tmp_path)
    assert list_secret(tmp_path) == first
    assert len(first) == 64
    assert (tmp_path / ".list_secret").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [".list_secret"]
