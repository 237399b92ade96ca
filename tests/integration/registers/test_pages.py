import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts import queries as account_queries
from app.accounts import services as account_services
from app.accounts.passwords import hash_password
from app.accounts.seeding import seed_reference
from app.database import transaction
from app.geo.gazetteer import Pack
from app.permissions import SYSTEM_ACTOR
from tests.integration.accounts.conftest import PASSWORD, sign_in, token_in
from tests.integration.registers.factories import NOW, add_person, add_stretch, add_vessel

SignIn = Callable[[str, str], FlaskClient]


@pytest.fixture
def signed_in(app: Flask, prepared_pack: Path, pack: Pack) -> SignIn:
    """A browser of someone who holds a role in a unit, over a filled register."""
    shutil.copytree(prepared_pack, app.extensions["settings"].geodata_dir, dirs_exist_ok=True)
    with transaction() as session:
        seed_reference(session, NOW)
        add_stretch(session, pack)
        add_vessel(session, "KG-93702-TS", owner_name="Trần Văn Sáu")
        add_person(session, "Lê Văn Dung", id_number="001099000001", claimed_province_code="91")

    def start(role: str, unit_code: str) -> FlaskClient:
        with transaction() as session:
            new = account_services.NewUser("lan", "Trần Lan", "lan@vi-du.vn")
            user = account_services.create_user(
                session, SYSTEM_ACTOR, new, now=NOW, password_hash=hash_password(PASSWORD)
            )
            unit = account_queries.unit_by_code(session, unit_code, on=NOW.date())
            account_services.assign_role(
                session, SYSTEM_ACTOR, user, role_code=role, unit=unit, now=NOW
            )
        client = app.test_client()
        sign_in(client, "lan")
        return client

    return start


def test_list_shows_the_stretch_with_counts_per_line(signed_in: SignIn) -> None:
    page = signed_in("boundary_officer", "UBBG").get("/so-dang-ky/moc").text

    assert "Mốc 261(1)" in page
    assert "Cọc dấu 168/2.3" in page
    assert "Bị nghiêng, sạt lở" in page


def test_filters_of_the_address_narrow_the_list(signed_in: SignIn) -> None:
    page = signed_in("boundary_officer", "UBBG").get("/so-dang-ky/moc?tuyen=KH&tim=47/7").text

    assert "47/7(2)" in page
    assert "Mốc 260" not in page


def test_senseless_filters_show_an_empty_list_not_a_crash(signed_in: SignIn) -> None:
    client = signed_in("boundary_officer", "UBBG")
    address = "/so-dang-ky/moc?tuyen=XX&sau=abc&doan=9999999999999999&tim=%25"

    answer = client.get(address)

    assert answer.status_code == 200
    assert "Không có mốc nào khớp" in answer.text


def test_a_nul_character_is_refused_with_a_sentence(signed_in: SignIn) -> None:
    answer = signed_in("boundary_officer", "UBBG").get("/so-dang-ky/moc?tim=%00")

    assert answer.status_code == 422
    assert "Nội dung có ký tự không hợp lệ" in answer.text


def test_marker_page_shows_both_systems_and_its_neighbours(signed_in: SignIn) -> None:
    page = signed_in("boundary_officer", "UBBG").get("/so-dang-ky/moc/KH/47-7_2").text

    assert "20°00&#39;03,600&#34;B" in page
    assert "VN-2000" in page
    assert "20.001000, 104.400000" in page
    assert 'rel="prev"' in page
    assert 'rel="next"' in page


def test_marker_of_another_province_reads_as_absent(signed_in: SignIn) -> None:
    client = signed_in("foreign_affairs_officer", "NV91")

    assert client.get("/so-dang-ky/moc/KH/47").status_code == 404
    assert client.get("/so-dang-ky/moc/KH/47/sua").status_code == 404
    assert "Mốc 47" not in client.get("/so-dang-ky/moc").text
    assert client.get("/so-dang-ky/tra-cuu/moc?q=47").json == []


def test_station_reads_and_does_not_write(signed_in: SignIn) -> None:
    client = signed_in("border_command", "BP08")

    assert client.get("/so-dang-ky/moc/KH/47").status_code == 200
    assert client.get("/so-dang-ky/moc/KH/47/sua").status_code == 403
    assert client.get("/so-dang-ky/moc/moi").status_code == 403


def test_edit_changes_the_marker_and_its_history(signed_in: SignIn) -> None:
    client = signed_in("foreign_affairs_officer", "NV08")
    form = client.get("/so-dang-ky/moc/KH/47/sua").text
    version = form.split('name="version" type="hidden" value="')[1].split('"', 1)[0]
    typed = {
        "csrf_token": token_in(form),
        "version": version,
        "condition": "major_damage",
        "stage": "handed_over",
        "legal_stage": "in_force",
        "legal_basis": "Nghị định thư thử",
        "elevation_m": "124,68",
        "reason": "Biên bản kiểm tra 20/11/2026",
    }

    answer = client.post("/so-dang-ky/moc/KH/47/sua", data=typed, follow_redirects=True).text

    assert "Đã sửa mốc." in answer
    assert "Hư hỏng nặng" in answer
    assert "124,68 m" in answer
    assert "Biên bản kiểm tra 20/11/2026" in answer


def test_edit_without_a_reason_says_so_and_keeps_what_was_typed(signed_in: SignIn) -> None:
    client = signed_in("foreign_affairs_officer", "NV08")
    form = client.get("/so-dang-ky/moc/KH/47/sua").text
    typed = {
        "csrf_token": token_in(form),
        "version": "3",
        "condition": "lost",
        "note": "Bị lũ cuốn",
    }

    answer = client.post("/so-dang-ky/moc/KH/47/sua", data=typed)

    assert answer.status_code == 422
    assert "Cần nhập mục này." in answer.text
    assert "Bị lũ cuốn" in answer.text


def test_grid_pair_without_its_axis_is_not_guessed(signed_in: SignIn) -> None:
    client = signed_in("boundary_officer", "UBBG")
    form = client.get("/so-dang-ky/moc/KH/47/so-do").text
    typed = {
        "csrf_token": token_in(form),
        "coordinate": "X = 2212345,67 Y = 431234,56",
        "party": "joint",
    }

    answer = client.post("/so-dang-ky/moc/KH/47/so-do", data=typed)

    assert answer.status_code == 422
    assert "Có thể là" in answer.text
    assert "X = 2212345,67" in answer.text


def test_new_marker_is_recorded_with_its_coordinate(signed_in: SignIn) -> None:
    client = signed_in("boundary_officer", "UBBG")
    form = client.get("/so-dang-ky/moc/moi").text
    typed = {
        "csrf_token": token_in(form),
        "neighbour": "KH",
        "label": "cột mốc phụ 160/4",
        "coordinate": "20°00'03,6\"B 105°06'00\"Đ",
        "stage": "built",
        "source": "Biên bản song phương thử",
        "legal_stage": "none",
        "condition": "intact",
    }

    answer = client.post("/so-dang-ky/moc/moi", data=typed)

    assert answer.location == "/so-dang-ky/moc/KH/160-4"
    page = client.get(answer.location).text
    assert "Việt Nam" in page
    assert "20°00&#39;03,6&#34;B 105°06&#39;00&#34;Đ" in page


def test_export_holds_what_is_visible_and_nothing_more(signed_in: SignIn) -> None:
    client = signed_in("foreign_affairs_officer", "NV08")

    content = client.get("/so-dang-ky/moc/xuat?dang=csv&tuyen=KH").data.decode("utf-8-sig")
    book = client.get("/so-dang-ky/moc/xuat").data

    assert "168/2.3" in content
    assert "261(1)" not in content
    with ZipFile(BytesIO(book)) as archive:
        assert "xl/worksheets/sheet1.xml" in archive.namelist()


def test_personal_fields_are_masked_on_every_screen_and_in_files(signed_in: SignIn) -> None:
    client = signed_in("boundary_officer", "UBBG")
    addresses = [
        "/so-dang-ky/nguoi",
        "/so-dang-ky/nguoi/1",
        "/so-dang-ky/nguoi/xuat?dang=csv",
        "/so-dang-ky/tau",
        "/so-dang-ky/tau/1",
        "/so-dang-ky/tau/1/sua",
        "/so-dang-ky/tau/xuat?dang=csv",
    ]

    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert not {"Dung", "001099000001", "Sáu"} & set(answer.text.replace("<", " ").split())
    assert client.get("/so-dang-ky/nguoi/1/sua").status_code == 403
    assert client.get("/so-dang-ky/tra-cuu/nguoi?q=dung").status_code == 403


def test_consular_officer_reads_and_corrects_a_person(signed_in: SignIn) -> None:
    client = signed_in("consular_officer", "CLS")
    assert "Lê Văn Dung" in client.get("/so-dang-ky/nguoi?tim=le+van").text
    form = client.get("/so-dang-ky/nguoi/1/sua").text
    typed = {
        "csrf_token": token_in(form),
        "version": "1",
        "claimed_name": "Lê Văn Dung",
        "verified_name": "Lê Quang Vinh",
        "foreign_spellings": "LE WAN DUNG; Le Van Zung",
    }

    answer = client.post("/so-dang-ky/nguoi/1/sua", data=typed, follow_redirects=True).text

    assert "Lê Quang Vinh" in answer
    assert "LE WAN DUNG" in answer
    assert "Le Van Zung" in answer


def test_new_vessel_keeps_the_number_as_painted(signed_in: SignIn) -> None:
    client = signed_in("consular_officer", "CLS")
    form = client.get("/so-dang-ky/tau/moi").text
    typed = {"csrf_token": token_in(form), "raw_number": "cm 9300", "verdict": "claimed"}

    answer = client.post("/so-dang-ky/tau/moi", data=typed, follow_redirects=True).text

    assert "cm 9300" in answer
    assert "Chưa đọc được số" in answer


def test_hostile_text_is_shown_as_text(signed_in: SignIn) -> None:
    client = signed_in("boundary_officer", "UBBG")
    form = client.get("/so-dang-ky/moc/KH/47/so-do").text
    typed = {
        "csrf_token": token_in(form),
        "coordinate": "20,001 104,31",
        "survey_source": "<script>alert(1)</script>",
        "party": "joint",
        "is_adopted": "y",
    }

    client.post("/so-dang-ky/moc/KH/47/so-do", data=typed)
    page = client.get("/so-dang-ky/moc/KH/47").text

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_marker_page_leads_to_its_cases_and_to_a_new_one(signed_in: SignIn) -> None:
    client = signed_in("foreign_affairs_officer", "NV08")
    page = client.get("/so-dang-ky/moc/KH/47").text
    links = [part.split('"', 1)[0] for part in page.split('href="')[1:]]
    to_cases = [link.replace("&amp;", "&") for link in links if "moc=" in link]

    paths = {link.split("?")[0]: link for link in to_cases}

    assert {"/ho-so/mo/marker_damage", "/ho-so"} <= set(paths)
    assert client.get(paths["/ho-so"]).status_code == 200
