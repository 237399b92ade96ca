"""Pages, pictures, register sheets and the offline file: whose they are and what they hold."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.audit import AuditEntry
from app.database import reading
from app.maps.offline_making import offline_of
from app.maps.published import Published
from app.maps.sheets.making import Ground, sheet_of
from app.maps.sheets.order import read_order
from app.maps.sheets.sheet import Sheet
from app.permissions import Actor, Area
from app.registers.days import read_day
from tests.integration.maps.conftest import (
    HOSTILE,
    MINISTRY,
    NOW,
    TODAY,
    AddCase,
    actor_with,
    unit_of,
)

SignIn = Callable[..., FlaskClient]
AddMarker = Callable[..., int]
VIEW = "105.5,22.2,106.5,22.8"


def ground_of(app: Flask, published: Published) -> Ground:
    return Ground(published, app.extensions["settings"].layers_dir, None)


def make_sheet(app: Flask, published: Published, actor: Actor, **said: str) -> Sheet:
    """The page of an address, as the route makes it."""
    arguments = MultiDict({"khung": VIEW, "ty-le": "250000", **said})
    day = read_day(arguments, TODAY)
    order = read_order(arguments, None)
    ground = ground_of(app, published)
    with app.test_request_context("/"):
        return sheet_of(reading(), actor, arguments, order, day, ground=ground, now=NOW)


def titles_of(sheet: Sheet) -> set[str]:
    return {str(point["title"]) for point in sheet.contents.points}


def province_actor(session: Session, code: str) -> Actor:
    area = Area(province_codes=frozenset({code}), unit_ids=frozenset({unit_of(session, code)}))
    return actor_with(area, unit_id=unit_of(session, code))


def test_a_page_holds_only_what_its_printer_may_see(
    app: Flask, session: Session, published: Published, add_case: AddCase, add_marker: AddMarker
) -> None:
    add_case(22.5, 106.0, title="Của Cao Bằng", province_code="04")
    add_case(22.5, 106.1, title="Của Lạng Sơn", province_code="20")
    add_marker(22.51, 106.0, label="601", province_code="04")
    add_marker(22.51, 106.1, label="901", province_code="20")
    own = make_sheet(app, published, province_actor(session, "04"))
    whole = make_sheet(app, published, MINISTRY)
    assert titles_of(own) == {"Của Cao Bằng", "601"}
    assert (own.contents.markers, own.contents.cases) == (1, 1)
    assert titles_of(whole) == {"Của Cao Bằng", "Của Lạng Sơn", "601", "901"}


def test_the_filters_of_the_map_go_along_and_are_said(
    app: Flask, published: Published, add_case: AddCase, add_marker: AddMarker
) -> None:
    add_case(22.5, 106.0, title="Vụ việc", province_code="04")
    add_marker(22.51, 106.0, label="601", province_code="04")
    add_marker(22.52, 106.0, label="602", province_code="04", condition="lost")
    found = make_sheet(app, published, MINISTRY, **{"lop": "moc", "tinh-trang": "lost"})
    assert titles_of(found) == {"602"}
    narrowed = make_sheet(app, published, MINISTRY, tuyen="CN")
    assert "Trung Quốc" in narrowed.words.subtitle


def test_a_page_of_a_past_day_holds_what_stood_that_day(
    app: Flask, published: Published, add_case: AddCase
) -> None:
    add_case(22.5, 106.0, title="Hôm nay", province_code="04")
    past = datetime(2019, 5, 1, tzinfo=UTC)
    add_case(22.5, 106.1, title="Đã có", province_code="04", opened_at=past, updated_at=past)
    found = make_sheet(app, published, MINISTRY, ngay="2020-01-01")
    assert found.contents.is_past
    assert titles_of(found) == {"Đã có"}
    assert "01/01/2020" in found.words.subtitle


def test_the_offline_file_of_a_past_day_holds_what_stood_that_day(
    app: Flask, published: Published, add_case: AddCase
) -> None:
    add_case(22.5, 106.0, title="Vụ hôm nay", province_code="04")
    past = datetime(2019, 5, 1, tzinfo=UTC)
    add_case(22.5, 106.1, title="Vụ đã có", province_code="04", opened_at=past, updated_at=past)
    html = offline(app, published, MINISTRY, ngay="2020-01-01")
    assert "BG-2026-T-00002" in html
    assert "BG-2026-T-00001" not in html
    assert "Tình trạng ngày 01/01/2020" in html


def test_no_legend_calls_what_lies_at_sea_a_violation(
    app: Flask, published: Published, add_case: AddCase, signed_in: SignIn
) -> None:
    add_case(22.5, 106.0, type_code="fisher_violation", province_code="04")
    sheet = make_sheet(app, published, MINISTRY)
    assert sheet.words.names["fisher_violation"] == "Vụ việc tàu cá, ngư dân trên biển"
    assert "ngư dân vi phạm" not in offline(app, published, MINISTRY)
    client = signed_in("bo", "boundary_leader", "UBBG")
    assert "ngư dân vi phạm" not in client.get("/ban-do").text
    assert "ngư dân vi phạm" not in client.get("/ban-lam-viec?muc=tat-ca").text


def test_every_page_says_source_accuracy_note_printer_and_class(
    app: Flask, published: Published, add_case: AddCase
) -> None:
    plain = make_sheet(app, published, MINISTRY).words
    assert plain.classification == "KHÔNG MẬT"
    assert "sai số khoảng 50 m" in plain.sources[0]
    assert plain.note == "Đường biên giới chỉ có tính minh họa"
    assert "Trần Lan" in plain.foot
    assert "10:00 22/11/2026" in plain.foot
    assert plain.scale == "Tỷ lệ 1:250.000"
    add_case(22.5, 106.0, confidentiality="restricted", province_code="04")
    assert "HẠN CHẾ" in make_sheet(app, published, MINISTRY).words.classification


def test_no_page_calls_what_is_at_sea_a_violation(
    app: Flask, published: Published, add_case: AddCase
) -> None:
    add_case(22.5, 106.0, type_code="fisher_violation", state="intake", title="Tàu")
    words = make_sheet(app, published, MINISTRY).words
    said = " ".join([*words.names.values(), *words.headings.values(), *words.sources, words.note])
    assert "vi phạm" not in said.casefold()


@pytest.mark.parametrize(
    ("asked", "kind", "begins"),
    [
        ("tep=pdf&kho=a4-ngang", "application/pdf", b"%PDF"),
        ("tep=pdf&kho=a3-doc&ty-le=5000000&luoi=tm3", "application/pdf", b"%PDF"),
        ("tep=png&co=16x11&net=150", "image/png", b"\x89PNG"),
        ("tep=svg&co=24x13&luoi=utm", "image/svg+xml", b"<?xml"),
        ("tep=doc&kho=a9&ty-le=7&luoi=x&khung=a,b&xem=9/x/1", "application/pdf", b"%PDF"),
    ],
)
def test_pages_and_pictures_are_sent_as_files(
    signed_in: SignIn,
    published: Published,
    add_marker: AddMarker,
    *,
    asked: str,
    kind: str,
    begins: bytes,
) -> None:
    assert published.layers
    add_marker(22.51, 106.0, label="601", province_code="04")
    answer = signed_in("bo", "boundary_leader", "UBBG").get(f"/ban-do/mang-di/trang?{asked}")
    assert answer.status_code == 200
    assert answer.mimetype == kind
    assert answer.data.startswith(begins)
    assert "attachment" in answer.headers["Content-Disposition"]


def test_what_was_printed_is_on_record(
    signed_in: SignIn, published: Published, session: Session, add_marker: AddMarker
) -> None:
    assert published.layers
    add_marker(22.51, 106.0, label="601", province_code="04")
    client = signed_in("bo", "boundary_leader", "UBBG")
    for address in (
        f"/ban-do/mang-di/trang?khung={VIEW}&tep=png",
        f"/ban-do/mang-di/ngoai-tuyen?khung={VIEW}",
        "/ban-do/phieu-moc/CN/1",
        "/ban-do/so-moc?tuyen=CN",
    ):
        assert client.get(address).status_code == 200
    entries = session.execute(select(AuditEntry.action, AuditEntry.subject)).all()
    said = {(row.action, row.subject.split(":")[0]) for row in entries}
    assert {
        ("map.printed", "sheet"),
        ("map.taken", "offline"),
        ("marker.printed", "marker"),
        ("marker.printed", "markers"),
    } <= said


def test_those_who_may_not_export_take_nothing_away(
    signed_in: SignIn, published: Published, add_marker: AddMarker
) -> None:
    assert published.layers
    add_marker(22.51, 106.0, label="601", province_code="04")
    client = signed_in("vt", "clerk", "NV04")
    map_page = client.get("/ban-do")
    assert map_page.status_code == 200
    assert "/ban-do/mang-di" not in map_page.text
    for address in ("mang-di", "mang-di/trang", "mang-di/ngoai-tuyen", "phieu-moc/CN/1", "so-moc"):
        assert client.get(f"/ban-do/{address}").status_code == 403


def test_the_sheet_of_a_marker_elsewhere_does_not_exist(
    signed_in: SignIn, published: Published, add_marker: AddMarker
) -> None:
    assert published.layers
    add_marker(22.51, 106.0, label="601", province_code="04")
    client = signed_in("tn", "foreign_affairs_officer", "NV80")
    assert client.get("/ban-do/phieu-moc/CN/1").status_code == 404


def test_without_layers_a_page_says_what_is_missing(signed_in: SignIn) -> None:
    client = signed_in("bo", "boundary_leader", "UBBG")
    assert "Chưa có lớp nền bản đồ" in client.get("/ban-do/mang-di").text
    answer = client.get("/ban-do/mang-di/trang")
    assert answer.status_code == 422
    assert "flask layers build" in answer.text


def test_the_choices_carry_the_view_and_the_filters(
    signed_in: SignIn, published: Published
) -> None:
    assert published.layers
    client = signed_in("bo", "boundary_leader", "UBBG")
    page = client.get(f"/ban-do/mang-di?khung={VIEW}&tuyen=CN&lop=moc&tieu-de=%22><b>x")
    assert f'name="khung" value="{VIEW}"' in page.text
    assert 'name="tuyen" value="CN"' in page.text
    assert "Trung Quốc" in page.text
    assert "<b>x" not in page.text


# --- the offline file -----------------------------------------------------------------------


def offline(app: Flask, published: Published, actor: Actor, **said: str) -> str:
    arguments = MultiDict({"khung": VIEW, **said})
    order = read_order(arguments, None)
    ground = ground_of(app, published)
    with app.test_request_context("/"):
        made = offline_of(
            reading(),
            actor,
            arguments,
            order,
            day=read_day(arguments, TODAY),
            ground=ground,
            now=NOW,
        )
    return made.content.decode()


def test_the_offline_file_asks_no_host_for_anything(
    app: Flask, published: Published, add_case: AddCase
) -> None:
    add_case(22.5, 106.0, title=HOSTILE, province_code="04")
    html = offline(app, published, MINISTRY, **{"tieu-de": "</script><img src=x onerror=alert(1)>"})
    assert not re.search(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=", html)
    assert not re.search(r"url\((?!data:|#)", html)
    assert "<img src=x" not in html
    assert not re.search(
        r"<[^>]+\son[a-z]+=", re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    )
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    assert "unsafe" not in policy[1]
    assert "default-src 'none'" in policy[1]
    assert "connect-src" not in policy[1]
    scripts = re.findall(r"<script>", html)
    assert policy[1].count("'sha256-") == len(scripts) + html.count("<style>")


def test_the_offline_file_holds_what_its_taker_may_see(
    app: Flask, session: Session, published: Published, add_case: AddCase, add_marker: AddMarker
) -> None:
    add_case(22.5, 106.0, title="Của Cao Bằng", province_code="04")
    add_case(22.5, 106.1, title="Của Lạng Sơn", province_code="20")
    add_marker(22.51, 106.1, label="901", province_code="20")
    own = offline(app, published, province_actor(session, "04"))
    whole = offline(app, published, MINISTRY)
    assert _is_in("Của Cao Bằng", own)
    assert not _is_in("Của Lạng Sơn", own)
    assert not _is_in("Mốc 901", own)
    assert _is_in("Của Lạng Sơn", whole)
    assert _is_in("Mốc 901", whole)


def _is_in(said: str, html: str) -> bool:
    written: Any = orjson.dumps(said).decode().strip('"')
    escaped = said.encode("ascii", "backslashreplace").decode()
    return any(one in html for one in (said, written, escaped))


def test_the_offline_file_says_what_it_is(app: Flask, published: Published) -> None:
    html = offline(app, published, MINISTRY)
    for said in (
        "KHÔNG MẬT",
        "Trần Lan",
        "10:00 22/11/2026",
        "sai số khoảng 50 m",
        "Hoàng Sa (Đà Nẵng, Việt Nam)",
        "Trường Sa (Khánh Hòa, Việt Nam)",
    ):
        assert _is_in(said, html), said
    assert re.search(r" \d+,\d MB", html)
    assert "cotMocTools.measure(" in html
    assert "cotMocTools.draw(" in html
