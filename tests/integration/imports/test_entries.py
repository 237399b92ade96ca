"""Lists of persons and vessels as they come: misspelt, doubled, merged cells; again and again."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.imports.models import ImportFinding
from app.registers.models import Person, Vessel

PERSONS = """STT;Họ và tên;Ngày sinh;Giới tính;Số hộ chiếu;Tỉnh;Nước;Thân nhân
1;Nguyễn Văn An;05/03/1990;Nam;C1234567;Cà Mau;Malaysia;Vợ 0909123456
2;NGUYEN VAN AN;05/03/1990;nam;c 1234567;;;
3;;01/01/1980;;;;;
4;Trần Thị Bích;1988;Nữ;;An Giang;MY;
5;Lê Dũng, Lê Hùng;1990;;;;;
6;Phạm Hoàng;31/02/1990;;;;;
7;Lý Xuân;1875;;;;;
8;Võ Minh;1991;?;1,2E+11;;;
9;=cmd|' /C calc'!A0;1990;;;;;
10;Huỳnh Văn Lợi;1979;;;Huyện lạ;Sao Hỏa;
"""
VESSELS = """Số đăng ký;Chủ tàu;Chiều dài (m);Kết quả xác minh
KG. 91234 TS;Trần Văn Sáu;16,5;Đã xác minh
KG-91234-TS;Người khác;;
QNg 9xxxx;;;
BL 9243;Lê An;abc;
;;12;
CM 93839 TS;;25;số giả
"""
Run = Callable[[str, str], dict[str, Any]]


@pytest.fixture
def run(house: Flask, tmp_path: Path) -> Run:
    def command(target: str, content: str, *more: str) -> dict[str, Any]:
        path = tmp_path / f"{target}.csv"
        path.write_text(content, encoding="utf-8")
        result = house.test_cli_runner().invoke(
            args=["import", target, str(path), "--json", *more], catch_exceptions=False
        )
        read: dict[str, Any] = json.loads(result.stdout)
        return read

    return command


def count(session: Session, model: type[Any]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def refusals(data: dict[str, Any]) -> dict[int, str]:
    return {one["row"]: one["reason"] for one in data["refused"]}


def test_good_persons_are_taken_and_every_bad_row_says_why(session: Session, run: Run) -> None:
    data = run("persons", PERSONS)

    said = refusals(data)
    assert data["created"] == 3
    assert "dòng 2" in said[3]
    assert "Thiếu họ tên" in said[4]
    assert "nhiều người" in said[6]
    assert set(said) >= {3, 4, 6, 7, 8, 9, 10}
    names = set(session.scalars(select(Person.claimed_name)))
    assert names == {"Nguyễn Văn An", "Trần Thị Bích", "Huỳnh Văn Lợi"}


def test_merged_rows_are_refused_alone(session: Session, house: Flask, tmp_path: Path) -> None:
    path, book = tmp_path / "a.xlsx", openpyxl.Workbook()
    page = book.worksheets[0]
    for row in (
        ("DANH SÁCH CÔNG DÂN", None, None),
        ("Họ và tên", "Số hộ chiếu", "Tỉnh"),
        ("Nguyễn Văn An", "C1234567", "Cà Mau"),
        ("Trần Thị Bích", "C7654321", None),
        ("Lê Văn Cường", None, "An Giang"),
    ):
        page.append(row)
    page.merge_cells("A1:C1")
    page.merge_cells("C3:C4")  # one home of two people
    page.merge_cells("B4:B5")
    book.save(path)
    result = house.test_cli_runner().invoke(args=["import", "persons", str(path), "--json"])

    said = refusals(json.loads(result.stdout))
    assert set(said) == {4, 5}
    assert all("B4:B5" in reason and "gộp" in reason for reason in said.values())
    assert session.scalars(select(Person.claimed_name)).all() == ["Nguyễn Văn An"]


def test_a_home_merged_downwards_is_said_of_each_person(
    session: Session, house: Flask, tmp_path: Path
) -> None:
    path, book = tmp_path / "a.xlsx", openpyxl.Workbook()
    page = book.worksheets[0]
    for row in (("Họ và tên", "Tỉnh"), ("Nguyễn Văn An", "Cà Mau"), ("Nguyễn Văn Bé", None)):
        page.append(row)
    page.merge_cells("B2:B3")
    book.save(path)
    result = house.test_cli_runner().invoke(args=["import", "persons", str(path), "--json"])

    assert json.loads(result.stdout)["refused"] == []
    assert set(session.scalars(select(Person.home_province_code))) == {"96"}


def test_provinces_of_before_are_read_as_those_of_today(session: Session, run: Run) -> None:
    run("persons", "Họ và tên;Ngày sinh;Tỉnh\nDanh Sóc;1990;Kiên Giang\nSơn Ut;1991;Sóc Trăng\n")

    rows = session.execute(select(Person.claimed_name, Person.home_province_code))
    homes = {row.claimed_name: row.home_province_code for row in rows}
    assert homes == {"Danh Sóc": "91", "Sơn Ut": "92"}


def test_no_number_or_name_stands_in_what_is_printed_or_kept(session: Session, run: Run) -> None:
    printed = json.dumps(run("persons", PERSONS), ensure_ascii=False)
    findings = " ".join(session.scalars(select(ImportFinding.text)))

    for secret in ("1234567", "0909123456"):
        assert secret not in printed
        assert secret not in findings


def test_same_list_again_changes_nothing_and_a_fuller_one_fills_blanks(
    session: Session, run: Run
) -> None:
    run("persons", PERSONS)
    again = run("persons", PERSONS)
    fuller = run("persons", "Họ tên;Năm sinh;Tỉnh;Số CCCD\nTran Thi Bich;1988;;091088000123\n")

    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, 3)
    assert (fuller["created"], fuller["changed"]) == (0, 1)
    assert count(session, Person) == 3
    person = session.scalars(select(Person).where(Person.claimed_name == "Trần Thị Bích")).one()
    assert (person.id_number, person.home_province_code) == ("091088000123", "91")


def test_number_of_somebody_else_is_refused(run: Run) -> None:
    run("persons", "Họ tên;Số hộ chiếu\nNguyễn Văn An;C1234567\n")

    data = run("persons", "Họ tên;Số hộ chiếu\nTrần Thị Bích;C1234567\n")

    assert "tên khác" in refusals(data)[2]


def test_dry_run_writes_nothing(session: Session, run: Callable[..., dict[str, Any]]) -> None:
    data = run("persons", PERSONS, "--dry-run")

    assert data["created"] == 3
    assert count(session, Person) == 0


def test_vessels_are_found_again_by_their_number_in_any_spelling(
    session: Session, run: Run
) -> None:
    data = run("vessels", VESSELS)
    again = run("vessels", VESSELS)

    said = refusals(data)
    assert data["created"] == 3
    assert "dòng 2" in said[3]
    assert again["unchanged"] == 3
    assert count(session, Vessel) == 3
    one = session.scalars(select(Vessel).where(Vessel.canonical == "KG-91234-TS")).one()
    assert (one.owner_name, one.verdict, one.length_class) == (
        "Trần Văn Sáu",
        "verified",
        "from_15",
    )


def test_cells_that_are_not_one_name_or_not_our_calendar_are_refused_in_the_register_too(
    session: Session, run: Run
) -> None:
    rows = [
        ("Họ và tên đệm", "Tên", "Năm sinh nam", "Năm sinh nữ"),
        ("Nguyễn Văn", "An", "1990", ""),
        ("Lê Thị", "Hoa<img src=x onerror=1>", "", "1990"),
        ("Nguyễn Văn", "A và vợ Trần Thị B", "1990", ""),
        ("Đỗ Văn", "Giáp", "2533", ""),
    ]
    data = run("persons", "\n".join(";".join(row) for row in rows))
    said = refusals(data)
    assert data["created"] == 1
    assert "ký tự không phải của tên người" in said[3]
    assert "nhiều người" in said[4]
    assert "Phật lịch" in said[5]
    (person,) = session.scalars(select(Person))
    assert (person.claimed_name, person.birth_year, person.sex) == ("Nguyễn Văn An", 1990, "male")
