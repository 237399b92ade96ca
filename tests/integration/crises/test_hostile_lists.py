"""Lists as they come on a bad day: each row has its own sentence, and nobody falls out unseen."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime

import pytest
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.crises import events, intake, marking, queries
from app.crises.intake import ListFacts
from app.crises.marking import Tap
from app.crises.models import KeptRow, MassEvent, MassList, Participant
from app.crises.queries import PeopleFilter, Side
from app.crises.rows import read_table
from app.crises.rules import Source, Status
from app.database import transaction
from app.errors import Conflict, NotFound, Refused
from app.permissions import Actor
from tests.integration.crises.scene import (
    NOW,
    begin,
    bring,
    consul,
    many,
    people_of,
    province,
    workbook,
)

HEAD = "STT\tHọ và tên\tNgày sinh\tGiới tính\tSố hộ chiếu\tĐịa chỉ"


def taken(session: Session, content: bytes) -> tuple[MassList, list[Participant], dict[int, str]]:
    with transaction() as writer:
        officer = consul(writer)
        event = begin(writer, officer)
        table = read_table(content, limit_mb=5)
        facts = ListFacts(Source.FOREIGN, "Danh sách", table.notes)
        found = intake.take_list(writer, officer, event, facts, table.rows, now=NOW)
    kept = session.scalars(select(KeptRow).where(KeptRow.list_id == found.id))
    return found, people_of(session, event), {row.number: row.sentence for row in kept}


def pasted(*lines: str, head: str = HEAD) -> bytes:
    return "\n".join((head, *lines)).encode()


@pytest.mark.parametrize(
    ("written", "day", "year"),
    [
        ("1990", None, 1990),
        ("khoảng 1990", None, 1990),
        ("sn 1990", None, 1990),
        ("1990.0", None, 1990),
        ("03/1990", None, 1990),
        ("00/00/1990", None, 1990),
        ("xx/xx/1990", None, 1990),
        ("??/03/1990", None, 1990),
        ("03.05.90", "1990-05-03", 1990),
        ("05/03/15", "2015-03-05", 2015),
        ("5-3-1990", "1990-03-05", 1990),
        ("05 tháng 3 năm 1990", "1990-03-05", 1990),
    ],
)
def test_a_birth_known_by_half_is_taken_as_far_as_it_is_known(
    session: Session, written: str, day: str | None, year: int
) -> None:
    _found, (one,), _kept = taken(session, pasted(f"1\tNguyễn Văn An\t{written}\tNam\tC1\tCà Mau"))
    assert (str(one.birth_date) if one.birth_date else None, one.birth_year) == (day, year)
    assert bool(one.remarks) == (day is None and written != "1990")


@pytest.mark.parametrize("written", ["2533", "05/03/2533", "tháng 3/2533"])
def test_a_year_of_the_buddhist_calendar_is_named_as_such(session: Session, written: str) -> None:
    _found, people, kept = taken(session, pasted(f"1\tNguyễn Văn An\t{written}\tNam\tC1\t"))
    assert people == []
    assert "Năm 2533 có lẽ theo Phật lịch (dương lịch là 1990)" in kept[2]


def test_days_that_are_none_are_refused_with_a_sentence(session: Session) -> None:
    days = ("31/02/1990", "13/14/1990", "01/01/1800", "12 tuổi", "01/01/2030")
    lines = [f"{n}\tNguyễn Văn {n}\t{day}\tNam\tC{n}\tCà Mau" for n, day in enumerate(days)]
    found, people, kept = taken(session, pasted(*lines))
    assert (people, found.refused) == ([], 5)
    assert all(sentence.endswith(".") for sentence in kept.values())


def test_a_person_without_a_paper_is_not_left_out(session: Session) -> None:
    papers = ("không có", "mất hộ chiếu", "HC: C1234567", "Passport No. C7654321", "C1, C2")
    lines = [f"{n}\tNguyễn Văn {n}\t1990\tNam\t{paper}\t" for n, paper in enumerate(papers)]
    found, people, kept = taken(session, pasted(*lines))
    assert [one.id_number for one in people] == [None, None, "C1234567", "C7654321"]
    assert people[1].remarks == ["Số giấy tờ: “mất hộ chiếu”."]
    assert (found.taken, list(kept)) == (4, [6])


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Trần Thị Mai + 01 con", "nhiều người"),
        ("Trần Thị Bưởi và con Trần Cam", "nhiều người"),
        ("TRẦN THỊ BƯỞI VÀ TRẦN CAM", "nhiều người"),
        ("NGUYEN THI AN (con nho 2 tuoi)", "nhiều người"),
        ("Lê Thị Hoa & Lê Tý", "nhiều người"),
        ("<script>alert(1)</script>Nguyễn An", "ký tự không phải"),
        ('=HYPERLINK("http://x")', "ký tự không phải"),
        ("Họ và tên", "lặp lại tiêu đề"),
        ("1234", "Thiếu họ tên"),
        ("សុខ", "chữ La-tinh"),
    ],
)
def test_a_cell_that_is_not_one_name_is_refused_for_what_it_is(
    session: Session, name: str, why: str
) -> None:
    lines = (f"1\t{name}\t1990\tNam\tC1\t", "2\tLê Văn Cam\t1991\tNam\tC2\t")
    _found, people, kept = taken(session, pasted(*lines))
    assert [one.name for one in people] == ["Lê Văn Cam"]
    assert why in kept[2]


def test_names_that_read_like_headings_or_joins_are_people(session: Session) -> None:
    names = ("Đoàn Văn Hậu", "Và Bá Dìa", "Đơn Thị Xã", "Tinh Con")
    found, people, _kept = taken(session, pasted(*(f"{n}\t{one}" for n, one in enumerate(names))))
    assert [one.name for one in people] == list(names)
    assert found.refused == 0


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-8-sig"])
def test_other_encodings_and_signs_between_the_letters_bring_the_same_name(
    session: Session, encoding: str
) -> None:
    line = "1;Nguy\u200bễn Văn\u00a0Ánh\u200d;05/03/1990;Nam;C123;Tây Ninh\n"
    text = unicodedata.normalize("NFD", HEAD.replace("\t", ";") + "\n" + line)
    _found, (one,), _kept = taken(session, text.encode(encoding))
    assert (one.name, one.province_code) == ("Nguyễn Văn Ánh", "80")


def test_thousands_of_columns_and_files_that_are_no_table_get_one_sentence() -> None:
    for content, why in (
        (pasted("1\tAn", head="\t".join(["STT", "Họ và tên", *["x"] * 30_000])), "30.002 cột"),
        (bytes(range(256)) * 20, "không phải văn bản"),
        (b"  \n \n", "Tệp rỗng"),
        (b"1\tAn\t1990\n", "Không tìm thấy dòng tiêu đề"),
    ):
        with pytest.raises(Refused, match=why):
            read_table(content, limit_mb=5)


def test_year_columns_for_men_and_women_under_a_merged_header_are_read(session: Session) -> None:
    def write(sheet: Worksheet) -> None:
        sheet.append(["DANH SÁCH TRAO TRẢ"])
        sheet.append(["TT", "Họ và tên", "Năm sinh", None, "Quê quán"])
        sheet.append([None, None, "Nam", "Nữ", None])
        sheet.append([1, "Nguyễn Văn Anh", 1990, None, "Tây Ninh"])
        sheet.append([2, "Trần Thị Bé", None, 2015, "Cà Mau"])
        for block in ("A1:E1", "A2:A3", "B2:B3", "C2:D2", "E2:E3"):
            sheet.merge_cells(block)

    _found, (man, girl), _kept = taken(session, workbook(write))
    assert (man.birth_year, man.sex) == (1990, "male")
    assert (girl.birth_year, girl.sex, girl.is_minor) == (2015, "female", True)


def test_a_household_merged_over_its_people_is_theirs_and_a_merged_name_stops_no_other(
    session: Session,
) -> None:
    def write(sheet: Worksheet) -> None:
        sheet.append(["STT", "Họ và tên", "Ngày sinh", "Hộ"])
        sheet.append([1, "Lê Thị Cam", datetime(1990, 3, 5), "H1"])  # noqa: DTZ001  a cell
        sheet.append([2, "Lê Văn Bé", datetime(2015, 3, 5), None])  # noqa: DTZ001
        sheet.append([3, "Hồ Thị Na", 1991, None])
        sheet.append([4, None, 1992, None])
        sheet.append([5, '=B2&"x"', 1992, None])
        sheet.merge_cells("D2:D3")
        sheet.merge_cells("B4:B5")

    found, people, kept = taken(session, workbook(write))
    assert [(one.name, one.family) for one in people] == [("Lê Thị Cam", "H1"), ("Lê Văn Bé", "H1")]
    assert found.rows == found.taken + found.refused == 5
    assert "gộp qua nhiều dòng" in kept[4]
    assert "công thức" in kept[6]


@pytest.mark.parametrize(
    ("home", "contact", "paper"),
    [
        ("Nơi thường trú", "ĐT người thân", "Số hộ chiếu/giấy tờ"),
        ("NƠI ĐKHKTT", "SĐT thân nhân", "Giấy tờ tuỳ thân"),
        ("Địa chỉ thường trú (trước khi XC)", "Thông tin thân nhân", "CMND/CCCD"),
        ("Permanent address", "Telephone", "Travel document No."),
        ("Que quan", "so dien thoai nguoi than", "so giay thong hanh"),
    ],
)
def test_columns_are_known_by_the_words_of_many_offices(
    session: Session, home: str, contact: str, paper: str
) -> None:
    head = f"TT\tHọ và tên\tNtns\t{home}\t{contact}\t{paper}"
    content = pasted("1\tLê Văn An\t1990\tTây Ninh\t0912000111\tC7654321", head=head)
    _found, (one,), _kept = taken(session, content)
    assert (one.province_code, one.contact, one.id_number) == ("80", "0912000111", "C7654321")


@pytest.mark.parametrize("head", ["Họ\tTên", "Họ và tên đệm\tTên", "Surname\tTên"])
def test_a_name_in_two_columns_is_one_name(session: Session, head: str) -> None:
    content = pasted("1\tNguyễn Văn\tAn\t1990", head=f"STT\t{head}\tNăm sinh")
    _found, (one,), _kept = taken(session, content)
    assert (one.name, one.family) == ("Nguyễn Văn An", "")


# --- two events, two clerks, another province -----------------------------------------------


def _in_two_events(writer: Session, officer: Actor) -> Sequence[MassEvent]:
    both = [begin(writer, officer, name=name) for name in ("Trao trả", "Sơ tán")]
    for event in both:
        bring(writer, officer, event, many(2))
    return both


def test_a_person_in_two_events_is_marked_in_each_by_itself(session: Session) -> None:
    with transaction() as writer:
        officer = consul(writer)
        first, second = _in_two_events(writer, officer)
        one = people_of(writer, first)[0]
        marking.mark(writer, officer, first, one.id, Tap(Status.RECEIVED), now=NOW)
        with pytest.raises(NotFound):
            marking.mark(writer, officer, second, one.id, Tap(Status.RECEIVED), now=NOW)
    assert {one.status for one in people_of(session, second)} == {Status.EXPECTED}
    assert [len(people_of(session, event)) for event in (first, second)] == [2, 2]


def test_two_clerks_who_tap_the_same_person_are_told_of_each_other(session: Session) -> None:
    with transaction() as writer:
        officer, other = consul(writer), consul(writer, user_id=22)
        event = begin(writer, officer)
        bring(writer, officer, event, many(1))
        (one,) = people_of(writer, event)
        tap = Tap(Status.RECEIVED, seen=Status.EXPECTED)
        marking.mark(writer, officer, event, one.id, tap, now=NOW)
        marking.mark(writer, other, event, one.id, tap, now=NOW)
        with pytest.raises(Conflict, match="vừa ghi “Đã nhận”"):
            marking.mark(
                writer, other, event, one.id, Tap(Status.ABSENT, seen=Status.EXPECTED), now=NOW
            )
        found = events.balance_of(writer, event)
    assert found.equations[0].difference == 0
    session.rollback()


def test_the_clerk_of_another_province_sees_and_marks_nobody_of_it(session: Session) -> None:
    with transaction() as writer:
        officer, clerk = consul(writer), province(writer, "96")
        event = begin(writer, officer)
        bring(writer, officer, event, many(7))
        mine = queries.matching(clerk, Side.PROVINCE, event, PeopleFilter())
        assert {one.province_code for one in queries.list_people(writer, mine).rows} == {"96"}
        theirs = next(one for one in people_of(writer, event) if one.province_code != "96")
        with pytest.raises(NotFound):
            marking.mark(writer, clerk, event, theirs.id, Tap(Status.HANDED_ON), now=NOW)
    session.rollback()
