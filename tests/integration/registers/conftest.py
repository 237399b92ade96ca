"""The packs on which the registers are tested."""

from pathlib import Path

import pytest

from app.geo.gazetteer import Pack, load_pack
from app.geo.packs import prepare_pack
from tests.unit.geo.packing import tiny_layers, write_pack


@pytest.fixture(scope="session")
def prepared_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_pack(tmp_path_factory.mktemp("pack"), tiny_layers(), accuracy_m=50.0)
    return prepare_pack(folder, tmp_path_factory.mktemp("prepared"))


@pytest.fixture(scope="session")
def pack(prepared_pack: Path) -> Pack:
    return load_pack(prepared_pack)
