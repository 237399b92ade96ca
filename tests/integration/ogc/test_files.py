"""The lists as files for geographic programs: the same rows and rights, read back by GDAL."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit import AuditEntry
from app.database import transaction
from app.registers.models import Marker
from app.vectors import FileKind
from tests.integration.maps.conftest import HOSTILE
from tests.integration.maps.conftest import signed_in as signed_in  # noqa: PLC0414  a fixture
from tests.integration.ogc.conftest import Place

SignIn = Callable[..., FlaskClient]
MARKERS, CASES = "/so-dang-ky/moc/xuat", "/ho-so/xuat"
PLACED_ONLY = {FileKind.KML, FileKind.GPX}


def opened(client: FlaskClient, path: str, kind: FileKind, folder: Path, **asked: str) -> Any:
    """The file that a person downloads, as GDAL reads it."""
    answer = client.get(path, query_string={"dang": kind.value, **asked})
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == kind.media_type
    assert f".{kind.suffix}" in answer.headers["Content-Disposition"]
    target = folder / f"file.{kind.suffix}"
    target.write_bytes(answer.data)
    layer = pyogrio.list_layers(target)[0][0]
    meta, _ids, geometry, columns = pyogrio.raw.read(str(target), layer=layer)
    return geometry, dict(zip(meta["fields"], columns, strict=True))


@pytest.mark.parametrize("kind", list(FileKind))
def test_gdal_reads_back_the_markers_of_the_list(
    kind: FileKind, signed_in: SignIn, add_marker: Place, tmp_path: Path
) -> None:
    add_marker(22.5, 106.0, province_code="04", place_text="Bản Giốc, Đàm Thủy", stage="built")
    add_marker(22.6, 106.1, province_code="04", stage="handed_over", year_engraved=2008)
    add_marker(21.8, 106.7, province_code="20")
    client = signed_in("caobang", "foreign_affairs_officer", "NV04")
    geometry, values = opened(client, MARKERS, kind, tmp_path)
    assert len(geometry) == 2
    assert "Bản Giốc, Đàm Thủy" in {str(v) for column in values.values() for v in column}
    geometry, _values = opened(client, MARKERS, kind, tmp_path, **{"tien-do": "built"})
    assert len(geometry) == 1


@pytest.mark.parametrize("kind", list(FileKind))
def test_gdal_reads_back_the_cases_of_the_list(
    kind: FileKind, signed_in: SignIn, add_case: Place, session: Session, tmp_path: Path
) -> None:
    add_case(22.5, 106.0, province_code="04", title=f"Vụ việc\x0b {HOSTILE}")
    add_case(22.6, 106.0, province_code="20")
    add_case(22.7, 106.0, province_code="20", confidentiality="restricted")
    client = signed_in("caobang", "foreign_affairs_officer", "NV04")
    geometry, values = opened(client, CASES, kind, tmp_path, muc="tat-ca")
    assert len(geometry) == 1
    assert any(HOSTILE in str(v) for column in values.values() for v in column)
    session.rollback()
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "case.exported")).one()
    assert (entry.subject, entry.reason) == ("cases:1", "tat-ca")


def test_a_row_without_a_place_stays_where_the_format_holds_it(
    signed_in: SignIn, add_marker: Place, session: Session, tmp_path: Path
) -> None:
    add_marker(22.5, 106.0, province_code="04")
    lost = add_marker(22.6, 106.0, province_code="04", label="không rõ")
    session.rollback()
    _forget_place(lost)
    client = signed_in("caobang", "foreign_affairs_officer", "NV04")
    for kind in FileKind:
        geometry, _values = opened(client, MARKERS, kind, tmp_path)
        assert len(geometry) == (1 if kind in PLACED_ONLY else 2), kind


def test_values_keep_their_kinds(signed_in: SignIn, add_marker: Place, tmp_path: Path) -> None:
    add_marker(22.5, 106.0, province_code="04", year_engraved=2008, elevation_m=812.5)
    add_marker(22.6, 106.0, province_code="04", is_illustration=True)
    client = signed_in("caobang", "foreign_affairs_officer", "NV04")
    _geometry, values = opened(client, MARKERS, FileKind.GPKG, tmp_path)
    assert values["is_illustration"].tolist() == [False, True]
    assert values["elevation_m"][0] == 812.5
    assert values["updated_at"].dtype.kind == "M"
    assert str(values["year_engraved"][0]).startswith("2008")
    assert str(values["year_engraved"][1]) == "nan"


def test_a_shapefile_comes_whole_with_its_system_and_letters(
    signed_in: SignIn, add_marker: Place
) -> None:
    add_marker(22.5, 106.0, province_code="04", place_text="Ắ" * 200)
    client = signed_in("caobang", "foreign_affairs_officer", "NV04")
    answer = client.get(MARKERS, query_string={"dang": "shp"})
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        names = {name.rsplit(".", 1)[1] for name in archive.namelist()}
    assert {"shp", "shx", "dbf", "prj", "cpg"} <= names


def test_the_lists_offer_the_files(signed_in: SignIn, add_marker: Place, add_case: Place) -> None:
    add_marker(22.5, 106.0, province_code="04")
    add_case(22.5, 106.0, province_code="04")
    client = signed_in("caobang", "foreign_affairs_officer", "NV04")
    for page in ("/so-dang-ky/moc?tuyen=CN", "/ho-so?muc=tat-ca"):
        said = client.get(page).text
        assert all(f"dang={kind.value}" in said for kind in FileKind)
    clerk = signed_in("vanthu", "clerk", "NV04")
    assert clerk.get(MARKERS, query_string={"dang": "gpkg"}).status_code == 403


def _forget_place(marker_id: int) -> None:
    with transaction() as writer:
        writer.execute(
            update(Marker).where(Marker.id == marker_id).values(lat=None, lon=None, z_key=None)
        )
