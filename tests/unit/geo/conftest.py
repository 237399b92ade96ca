"""The packs that the geographic tests run on, and the shared facts beside the repository."""

import csv
from pathlib import Path

import pytest

from app.geo.gazetteer import Pack, load_pack
from app.geo.packs import prepare_pack
from tests.unit.geo.packing import better_layers, tiny_layers, write_pack

ROOT = Path(__file__).parents[3]
SHARED = ROOT.parent / "shared"
DEFAULT_PACK = ROOT / "geodata" / "default"
BETTER_ACCURACY_M = 11.0


@pytest.fixture(scope="session")
def domain_data() -> Path:
    folder = SHARED / "domain" / "data"
    if not folder.is_dir():
        pytest.skip("../shared/domain/data is missing: published points are not checked")
    return folder


@pytest.fixture(scope="session")
def published_markers(domain_data: Path) -> list[dict[str, str]]:
    with (domain_data / "markers_with_coordinates.csv").open(encoding="utf-8") as source:
        return list(csv.DictReader(source))


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pack(tmp_path_factory.mktemp("tiny"), tiny_layers(), accuracy_m=50.0)


@pytest.fixture(scope="session")
def tiny(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(prepare_pack(tiny_folder, tmp_path_factory.mktemp("tiny_index")))


@pytest.fixture(scope="session")
def better(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    raw = SHARED / "geodata"
    if not raw.is_dir():
        pytest.skip("../shared/geodata is missing: the better pack is not tested")
    folder = tmp_path_factory.mktemp("better")
    write_pack(folder, better_layers(raw), accuracy_m=BETTER_ACCURACY_M)
    return load_pack(prepare_pack(folder, tmp_path_factory.mktemp("better_index")))


@pytest.fixture(scope="session")
def default(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(prepare_pack(DEFAULT_PACK, tmp_path_factory.mktemp("default_index")))


@pytest.fixture(params=["default", "better"])
def real_pack(request: pytest.FixtureRequest) -> Pack:
    pack: Pack = request.getfixturevalue(request.param)
    return pack
