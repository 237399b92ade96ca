"""The map in the browser's eyes: pages, answers and pieces, each with its guard and headers."""

import gzip
import re
from collections.abc import Callable
from typing import Any

import orjson
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.database import transaction
from app.maps.published import Published
from app.registers.packs import current_pack
from tests.integration.maps.conftest import HOSTILE, NOW, AddCase
from workers.maps import rebuild_layers

SignIn = Callable[..., FlaskClient]
VIEW = "bbox=95,2,125,26&zoom=5"


def read(client: FlaskClient, address: str) -> dict[str, Any]:  # Any: JSON
    answer = client.get(address, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = orjson.loads(answer.data)
    return found


def test_the_page_keeps_one_strict_policy(signed_in: SignIn, published: Published) -> None:
    answer = signed_in("bo", "boundary_leader", "UBBG").get("/ban-do")
    policy = answer.headers["Content-Security-Policy"]
    assert answer.status_code == 200
    assert "unsafe" not in policy
    assert "style-src 'self';" in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", answer.text)
    assert "<style" not in answer.text
    assert not re.search(r"\sstyle=|\son[a-z]+=", answer.text)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", answer.text)
    assert published.shell.element_id in answer.text
    assert "Đường biên giới chỉ có tính minh họa" in answer.text
    assert "sai số khoảng 50 m" in answer.text


def test_the_page_opens_before_any_layer_was_built(signed_in: SignIn) -> None:
    answer = signed_in("bo", "boundary_leader", "UBBG").get("/ban-do")
    assert answer.status_code == 200
    assert "Chưa có lớp nền bản đồ" in answer.text


def test_a_stranger_is_asked_to_sign_in(client: FlaskClient) -> None:
    assert client.get("/ban-do").status_code == 302
    answer = client.get(f"/ban-do/doi-tuong?{VIEW}", headers={"Accept": "application/json"})
    assert answer.status_code == 401


def test_the_answer_holds_only_what_the_province_may_see(
    signed_in: SignIn, add_case: AddCase
) -> None:
    add_case(22.5, 106.0, province_code="04")
    add_case(21.8, 106.7, province_code="20")
    own = signed_in("caobang", "foreign_affairs_officer", "NV04")
    ministry = signed_in("bo", "boundary_leader", "UBBG")
    assert read(own, f"/ban-do/doi-tuong?{VIEW}")["cases"] == 1
    assert read(ministry, f"/ban-do/doi-tuong?{VIEW}")["cases"] == 2


def test_the_filters_are_those_of_the_list(signed_in: SignIn, add_case: AddCase) -> None:
    add_case(22.5, 106.0, province_code="04", type_code="marker_damage")
    add_case(21.8, 106.7, province_code="20")
    client = signed_in("bo", "boundary_leader", "UBBG")
    for query, expected in (
        ("loai=marker_damage", 1),
        ("tinh=20", 1),
        ("tinh=20&loai=marker_damage", 0),
        ("muc=da-xong", 0),
        ("lop=moc", 0),
        ("", 2),
    ):
        assert read(client, f"/ban-do/doi-tuong?{VIEW}&{query}")["cases"] == expected


def test_a_hostile_title_travels_as_data(
    signed_in: SignIn, add_case: AddCase, published: Published
) -> None:
    add_case(22.5, 106.0, province_code="04", title=HOSTILE)
    client = signed_in("bo", "boundary_leader", "UBBG")
    answer = client.get(f"/ban-do/doi-tuong?{VIEW}")
    assert answer.mimetype == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert orjson.loads(answer.data)["points"][0]["title"] == HOSTILE
    page = client.get("/ban-do", query_string={"tim": HOSTILE, "tinh-trang": HOSTILE}).text
    assert published
    assert "<img src=x" not in page


def test_a_broken_view_is_refused_in_words(signed_in: SignIn) -> None:
    client = signed_in("bo", "boundary_leader", "UBBG")
    answer = client.get("/ban-do/doi-tuong?bbox=x", headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert "Khung nhìn không hợp lệ" in answer.json["error"]  # type: ignore[index]  # JSON


def test_a_piece_may_be_kept_for_ever(signed_in: SignIn, published: Published) -> None:
    client = signed_in("bo", "boundary_leader", "UBBG")
    address = published.layers["bien-gioi"][0]
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "immutable" in packed.headers["Cache-Control"]
    plain = client.get(address)
    assert gzip.decompress(packed.data) == plain.data
    again = client.get(address, headers={"If-None-Match": packed.headers["ETag"]})
    assert again.status_code == 304
    assert client.get("/ban-do/lop/khong-co.0000000000000000.js").status_code == 404


def test_the_archipelagos_stand_on_a_map_without_features(
    signed_in: SignIn, published: Published
) -> None:
    client = signed_in("bo", "boundary_leader", "UBBG")
    answer = read(client, f"/ban-do/doi-tuong?{VIEW}&lop=khong")
    assert (answer["clusters"], answer["points"]) == ([], [])
    names = client.get(published.layers["ten-goi"][0]).text
    assert "QĐ. Hoàng Sa (Đà Nẵng, Việt Nam)" in names
    assert "QĐ. Trường Sa (Khánh Hòa, Việt Nam)" in names


def test_the_address_of_a_marker_centres_the_map(
    signed_in: SignIn, add_marker: Callable[..., int], published: Published
) -> None:
    marker_id = add_marker(22.6, 106.1, province_code="04")
    ministry = signed_in("bo", "boundary_leader", "UBBG")
    langson = signed_in("langson", "foreign_affairs_officer", "NV20")
    assert published
    assert "&#34;lat&#34;: 22.6" in ministry.get(f"/ban-do?moc={marker_id}").text
    assert "22.6" not in langson.get(f"/ban-do?moc={marker_id}").text


def test_one_walks_from_marker_to_marker_within_ones_own_stretch(
    signed_in: SignIn, add_marker: Callable[..., int]
) -> None:
    first, second, third = (
        add_marker(22.6 + step / 100, 106.1, province_code=code)
        for step, code in enumerate(("04", "04", "20"))
    )
    ministry = signed_in("bo", "boundary_leader", "UBBG")
    both = read(ministry, f"/ban-do/moc/{second}/ke")
    assert [both[side]["id"] for side in ("previous", "next")] == [f"m{first}", f"m{third}"]
    assert read(ministry, f"/ban-do/moc/{first}/ke")["previous"] is None
    caobang = signed_in("caobang", "foreign_affairs_officer", "NV04")
    assert read(caobang, f"/ban-do/moc/{second}/ke")["next"] is None
    assert caobang.get(f"/ban-do/moc/{third}/ke").status_code == 404


def test_the_small_map_is_drawn_by_the_server(
    app: Flask, signed_in: SignIn, geodata: object
) -> None:
    app.extensions["settings"].geodata_dir.symlink_to(str(geodata), target_is_directory=True)
    assert current_pack().manifest.name
    client = signed_in("caobang", "foreign_affairs_officer", "NV04")
    answer = client.get("/ban-do/thu-nho.svg?lat=21.5&lon=104.5")
    assert answer.mimetype == "image/svg+xml"
    assert 'class="mini-point"' in answer.text
    assert "style=" not in answer.text
    assert client.get("/ban-do/thu-nho.svg?lat=900&lon=1").status_code == 422


def test_the_job_publishes_a_new_pack_and_counts(
    app: Flask, session: Session, add_case: AddCase, geodata: object
) -> None:
    settings = app.extensions["settings"]
    settings.geodata_dir.symlink_to(str(geodata), target_is_directory=True)
    add_case(22.5, 106.0, province_code="04")
    for _ in range(2):
        rebuild_layers(session, {"slot": "2026-11-22T03:10:00+00:00"}, NOW)
    rebuild_layers(session, {"layer": "marker"}, NOW)
    rebuild_layers(session, {"layer": "cases"}, NOW)
    assert (settings.layers_dir / "manifest.json").is_file()
    with transaction() as reader:
        total = reader.connection().exec_driver_sql("SELECT cases FROM map_build").scalar()
    assert total == 1
