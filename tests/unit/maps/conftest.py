"""The published pieces of a small pack, with a hostile name in it."""

from pathlib import Path

import pytest

from app.geo.packs import prepare_pack
from app.maps.published import Published
from app.maps.publishing import publish_base
from tests.unit.geo.packing import tiny_layers, write_pack

HOSTILE = '</script><img src=x onerror="alert(1)">'


@pytest.fixture(scope="session")
def geodata(tmp_path_factory: pytest.TempPathFactory) -> Path:
    layers = tiny_layers()
    layers["world"].loc[layers["world"].index[0], "name_vi"] = HOSTILE
    folder = write_pack(tmp_path_factory.mktemp("pack"), layers, accuracy_m=50.0)
    manifest = folder / "pack.yaml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(f"{text}\nattribution: '{HOSTILE}'\n", encoding="utf-8")
    return prepare_pack(folder, tmp_path_factory.mktemp("prepared"))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("layers")


@pytest.fixture(scope="session")
def published(geodata: Path, folder: Path) -> Published:
    return publish_base(geodata, folder)
