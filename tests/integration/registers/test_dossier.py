"""A marker's file: photos and papers, earlier names, measurements compared, who planted it."""

import re
from datetime import date
from html import unescape
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.database import reading, transaction
from app.geo.gazetteer import Pack
from app.permissions import SYSTEM_ACTOR
from app.registers.dossier_models import MarkerDocument, MarkerName
from app.registers.models import Marker, MarkerChange
from app.registers.services import correct_marker
from tests.integration.accounts.conftest import token_in
from tests.integration.registers.factories import NOW
from tests.integration.registers.test_pages import SignIn
from tests.integration.registers.test_pages import signed_in as signed_in  # noqa: PLC0414  shared

MARKER = "/so-dang-ky/moc/KH/47-7-2"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


def text_of(page: str) -> str:
    body = page[page.index("<main") :]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def fresh() -> Session:
    """The session as the database is now, after what the browser did."""
    session = reading()
    session.rollback()
    session.expire_all()
    return session


def address_of(label: str) -> str:
    marker = fresh().scalars(select(Marker).where(Marker.label == label)).one()
    return f"/so-dang-ky/moc/{marker.neighbour}/{marker.slug}"


def file_photo(client: FlaskClient, address: str, name: str = "moc.png", body: bytes = PNG) -> str:
    form = f"{address}/tai-lieu/moi"
    sent = {
        "csrf_token": token_in(client.get(form).text),
        "file": (BytesIO(body), name),
        "kind": "photo",
        "caption": "Mặt trước của mốc",
        "made_on": "2024-03-12",
        "source": "Đội cắm mốc số 5",
    }
    return client.post(form, data=sent, follow_redirects=True).text


def paper_address(address: str) -> str:
    document = fresh().scalars(select(MarkerDocument.id)).one()
    return f"{address}/tai-lieu/{document}"


def test_a_photo_is_kept_with_caption_date_and_source(signed_in: SignIn) -> None:
    client, address = signed_in("boundary_officer", "UBBG"), address_of("47/7(2)")
    said = text_of(file_photo(client, address))
    assert "Mặt trước của mốc" in said
    assert "12/03/2024" in said
    assert "Đội cắm mốc số 5" in said
    with client.get(paper_address(address)) as answer:
        assert answer.data == PNG
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_file_that_is_not_what_its_name_says_is_refused(signed_in: SignIn) -> None:
    client, address = signed_in("boundary_officer", "UBBG"), address_of("47/7(2)")
    said = text_of(file_photo(client, address, body=b"MZ\x90 program"))
    assert "không đúng với đuôi .png" in said
    assert fresh().scalars(select(MarkerDocument)).all() == []


def test_papers_of_a_marker_elsewhere_are_not_found(signed_in: SignIn) -> None:
    address = address_of("47/7(2)")
    with transaction() as session:
        marker = session.scalars(select(Marker).where(Marker.label == "47/7(2)")).one()
        session.add(
            MarkerDocument(
                marker_id=marker.id,
                kind="photo",
                file_name="a.png",
                media_type="image/png",
                size=1,
                sha256="0" * 64,
                uploaded_by=0,
                uploader_name="x",
                uploaded_at=NOW,
            )
        )
    stranger = signed_in("foreign_affairs_officer", "NV04")
    assert stranger.get(paper_address(address)).status_code == 404
    assert stranger.get(f"{address}/tai-lieu/moi").status_code in (403, 404)
    assert stranger.get(address).status_code == 404


def test_a_paper_of_another_marker_is_not_found_under_this_one(signed_in: SignIn) -> None:
    client, address = signed_in("boundary_officer", "UBBG"), address_of("47/7(2)")
    file_photo(client, address)
    other = address_of("260")
    assert client.get(paper_address(other)).status_code == 404


def test_a_withdrawn_paper_stays_with_its_reason(signed_in: SignIn) -> None:
    client, address = signed_in("boundary_officer", "UBBG"), address_of("47/7(2)")
    page = file_photo(client, address)
    sent = {"csrf_token": token_in(page), "reason": "Ảnh của mốc khác"}
    client.post(f"{paper_address(address)}/rut", data=sent)
    said = text_of(client.get(address).text)
    assert "Mặt trước của mốc" in said
    assert "Ảnh của mốc khác" in said
    with client.get(paper_address(address)) as answer:
        assert answer.data == PNG


def test_an_earlier_name_is_dated_and_found_by_the_search(signed_in: SignIn) -> None:
    client, address = signed_in("boundary_officer", "UBBG"), address_of("47/7(2)")
    form = f"{address}/ten-cu"
    sent = {
        "csrf_token": token_in(client.get(form).text),
        "name": "Cột A-2 Tân Châu",
        "valid_to": "2006-09-27",
        "source": "Lời kể của đồn",
    }
    said = text_of(client.post(form, data=sent, follow_redirects=True).text)
    assert "Cột A-2 Tân Châu … – 27/09/2006 · Lời kể của đồn" in said
    assert "47/7(2)" in client.get("/so-dang-ky/moc?tim=A-2 Tân Châu").text
    assert fresh().scalars(select(MarkerName.name)).one() == "Cột A-2 Tân Châu"


def measure(client: FlaskClient, address: str, coordinate: str, **more: str) -> None:
    form = f"{address}/so-do"
    sent = {
        "csrf_token": token_in(client.get(form).text),
        "coordinate": coordinate,
        "party": "joint",
        "survey_source": "Biên bản đo",
        **more,
    }
    answer = client.post(form, data=sent)
    assert answer.status_code == 302, text_of(answer.text)


def test_measurements_are_compared_with_the_official_one_and_another_can_be_chosen(
    signed_in: SignIn,
) -> None:
    client, address = signed_in("boundary_officer", "UBBG"), address_of("47/7(2)")
    marker = fresh().scalars(select(Marker).where(Marker.label == "47/7(2)")).one()
    north = f"{(marker.lat or 0) + 0.001:.6f}, {marker.lon:.6f}"
    measure(client, address, north)  # kept beside the official one
    said = text_of(client.get(address).text)
    assert re.search(r"Lưu để đối chiếu .*11[01],\d\d m", said)
    link = re.search(r'href="([^"]+/hien-hanh)"', client.get(address).text)
    assert link is not None
    sent = {
        "csrf_token": token_in(client.get(link.group(1)).text),
        "because": "Hai bên đã ký biên bản",
    }
    said = text_of(client.post(link.group(1), data=sent, follow_redirects=True).text)
    assert "Hiện hành Hai bên đã ký biên bản" in said
    moved = fresh().scalars(select(Marker).where(Marker.label == "47/7(2)")).one()
    assert moved.lat == pytest.approx((marker.lat or 0), abs=1e-6)
    change = (
        fresh()
        .scalars(
            select(MarkerChange).where(MarkerChange.marker_id == moved.id).order_by(MarkerChange.id)
        )
        .all()[-1]
    )
    assert change.reason == "Hai bên đã ký biên bản"


def test_the_record_says_by_which_rule_or_paper_a_side_planted_it(
    signed_in: SignIn, pack: Pack
) -> None:
    del pack
    client = signed_in("boundary_officer", "UBBG")
    with transaction() as session:
        session.execute(update(Marker).where(Marker.label == "168/2").values(planted_by="vietnam"))
    said = text_of(client.get(address_of("168/2")).text)
    assert "theo số hiệu: mốc phụ đơn số lẻ do Campuchia cắm, số chẵn do Việt Nam cắm" in said
    with transaction() as session:
        marker = session.scalars(select(Marker).where(Marker.label == "168/2")).one()
        correct_marker(
            session,
            SYSTEM_ACTOR,
            marker,
            changes={"planted_by": "joint"},
            reason="Biên bản 12/2015",
            now=NOW,
        )
    assert "Hai bên theo Biên bản 12/2015" in text_of(client.get(address_of("168/2")).text)


def test_a_past_day_shows_the_marker_as_it_stood(signed_in: SignIn) -> None:
    client = signed_in("boundary_officer", "UBBG")
    with transaction() as session:
        marker = session.scalars(select(Marker).where(Marker.label == "168/2")).one()
        began = min(
            session.scalars(
                select(MarkerChange.valid_on).where(MarkerChange.marker_id == marker.id)
            )
        )
        session.execute(
            update(MarkerChange)
            .where(MarkerChange.marker_id == marker.id)
            .values(valid_on=date(2010, 1, 1))
        )
        correct_marker(
            session,
            SYSTEM_ACTOR,
            marker,
            changes={"stage": "handed_over"},
            reason="Bàn giao",
            now=NOW,
            valid_on=date(2020, 12, 22),
        )
    assert began
    address = address_of("168/2")
    then = text_of(client.get(f"{address}?ngay=2015-06-01").text)
    now = text_of(client.get(address).text)
    assert "Đang xem tình trạng ngày 01/06/2015" in then
    assert "Đã bàn giao quản lý" not in then
    assert "Đã bàn giao quản lý" in now
    assert client.get(f"{address}?ngay=2009-01-01").status_code == 404
