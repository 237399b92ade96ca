"""Geographic files on their way in: the system that is asked for, and our own files coming back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyproj import Transformer
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.database import reading, transaction
from app.imports.models import ImportBatch
from app.permissions import SYSTEM_ACTOR, Actor
from app.registers.features import marker_table
from app.registers.models import Marker
from app.vector_files import file_of
from app.vectors import FileKind
from tests.integration.imports.test_commands import OURS, Run, as_data, count
from tests.integration.imports.test_commands import run as run  # noqa: PLC0414  a fixture
from tests.integration.imports.test_routes import chosen, upload
from tests.unit.imports.geofiles import kml, placemark, shapefile, written

# On the line between Hà Giang's old stretch and China, of the axis 105°30' (EPSG:9209) then.
PLACES = [(105.3261, 23.3922), (105.3240, 23.3890)]
LABELS = {"so_hieu": ["428", "429"], "tuyen": ["CN", "CN"]}


def grid(*, swapped: bool = False) -> list[tuple[float, float]]:
    into = Transformer.from_crs("EPSG:4326", "EPSG:9210", always_xy=True)
    found = [into.transform(*place) for place in PLACES]
    return [(north, east) for east, north in found] if swapped else found


def test_a_file_without_its_system_stores_nothing_unattended(run: Run, tmp_path: Path) -> None:
    path = shapefile(tmp_path / "s", grid(), LABELS, crs=None)
    result = run("markers", path)
    assert result.exit_code == 1
    assert "--crs" in result.output
    assert (count(reading(), Marker), count(reading(), ImportBatch)) == (0, 0)


@pytest.mark.parametrize("swapped", [False, True])
def test_the_option_answers_which_system(run: Run, tmp_path: Path, *, swapped: bool) -> None:
    path = shapefile(tmp_path / "s", grid(swapped=swapped), LABELS, crs=None)
    more = ["--swap-axes"] if swapped else []
    data = as_data(run("markers", path, "--crs", "EPSG:9210", *more, "--json"))
    assert (data["created"], data["refused"]) == (2, [])
    stored = {one["label"]: one for one in data["stored"]}
    assert (stored["428"]["lon"], stored["428"]["lat"]) == pytest.approx(PLACES[0], abs=2e-6)
    measured = reading().scalars(select(Marker)).first()
    assert measured is not None
    [one] = measured.measurements
    assert one.crs == "EPSG:9210"
    assert "." in one.original


def test_a_file_that_names_its_grid_asks_nothing(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "m.gpkg", grid(), LABELS, driver="GPKG", crs="EPSG:9210")
    assert as_data(run("markers", path, "--json"))["created"] == 2
    again = as_data(run("markers", path, "--json"))
    assert (again["unchanged"], again["created"]) == (2, 0)


def everything(session: Session) -> list[Marker]:
    statement = select(Marker).options(selectinload(Marker.measurements)).order_by(Marker.id)
    return list(session.scalars(statement))


@pytest.mark.parametrize("kind", list(FileKind))
def test_our_own_list_comes_back_without_a_change(
    run: Run, house: Flask, tmp_path: Path, kind: FileKind
) -> None:
    assert as_data(run("markers", OURS, "--json"))["created"] == 12
    with transaction() as session:
        first = everything(session)[0]
        first.legacy_names = ["21A", "cột cũ, bờ suối"]
        first.elevation_m, first.elevation_datum, first.note = 812.5, "Hòn Dấu", "ghi chú"
    path = tmp_path / f"danh-sach.{kind.suffix}"
    with house.test_request_context():
        path.write_bytes(file_of(marker_table(SYSTEM_ACTOR, everything(reading())), kind))
    before = [(one.version, len(one.measurements)) for one in everything(reading())]
    data = as_data(run("markers", path, "--json"))
    assert (data["unchanged"], data["changed"], data["created"], data["refused"]) == (12, 0, 0, [])
    reading().expire_all()
    assert [(one.version, len(one.measurements)) for one in everything(reading())] == before


def test_a_person_is_asked_which_system(
    person: Callable[[str, str], Actor],
    signed_in: Callable[[Actor], FlaskClient],
    tmp_path: Path,
) -> None:
    clerk = signed_in(person("UBBG", "boundary_officer"))
    address = upload(clerk, shapefile(tmp_path / "s", grid(), LABELS, crs=None), "markers")
    page = clerk.get(address).text
    assert f"{address}/he-toa-do" in page
    assert clerk.post(f"{address}/cot", data=chosen(page)).status_code == 422
    asked = clerk.get(f"{address}/he-toa-do").text
    assert 'value="EPSG:9210"' in asked
    assert "data-minimap" in asked
    assert clerk.post(f"{address}/he-toa-do", data={}).status_code == 422
    answered = clerk.post(f"{address}/he-toa-do", data={"system": "EPSG:9210"})
    assert answered.status_code == 302
    page = clerk.get(answered.location).text
    assert f"{address}/he-toa-do" not in page
    assert clerk.post(f"{address}/cot", data=chosen(page)).status_code == 302
    assert "Nhập 2 dòng" in clerk.get(address).text


def test_a_checked_file_is_previewed_on_a_map_and_in_a_list(
    person: Callable[[str, str], Actor],
    signed_in: Callable[[Actor], FlaskClient],
    tmp_path: Path,
) -> None:
    clerk = signed_in(person("UBBG", "boundary_officer"))
    columns = {"so_hieu": ["428", "</script><b>x"], "tuyen": ["CN", "CN"]}
    path = written(tmp_path / "m.gpkg", PLACES, columns, driver="GPKG")
    address = upload(clerk, path, "markers")
    assert clerk.get(f"{address}/xem-truoc").status_code == 302
    page = clerk.get(address).text
    assert clerk.post(f"{address}/cot", data=chosen(page)).status_code == 302
    assert f"{address}/xem-truoc" in clerk.get(address).text
    shown = clerk.get(f"{address}/xem-truoc").text
    assert "Sẽ thêm mới" in shown
    assert "Bị từ chối" in shown
    assert "23.39220; 105.32610" in shown
    assert "</script><b>x" not in shown
    assert "preview-points" in shown
    assert count(reading(), Marker) == 0
    stranger = signed_in(person("BP08", "border_command"))
    assert stranger.get(f"{address}/xem-truoc").status_code == 404
    assert stranger.get(f"{address}/he-toa-do").status_code == 404


def test_a_line_is_no_marker(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.kml"
    road = "<LineString><coordinates>105.3,23.2 105.4,23.3</coordinates></LineString>"
    path.write_text(
        kml(placemark("428", "105.3261,23.3922"), f"<Placemark><name>429</name>{road}</Placemark>"),
        encoding="utf-8",
    )
    data = as_data(run("markers", path, "--line", "CN", "--json"))
    assert data["created"] == 1
    assert "chỉ nhận điểm" in data["refused"][0]["reason"]


def test_waypoints_open_incidents_once(run: Run, tmp_path: Path) -> None:
    columns = {
        "name": ["BC-1", "BC-2"],
        "so_bao_cao": ["BC-1", "BC-2"],
        "loai_vu_viec": ["Buôn lậu", "Ma túy"],
        "thoi_gian": ["05/03/2026 08:30", "06/03/2026 09:00"],
    }
    path = written(
        tmp_path / "vu-viec.gpx", PLACES, columns, driver="GPX", GPX_USE_EXTENSIONS="YES"
    )
    words = ("incidents", path, "--unit", "BP08", "--json")
    assert as_data(run(*words))["created"] == 2
    again = as_data(run(*words))
    assert (again["created"], again["unchanged"]) == (0, 2)
