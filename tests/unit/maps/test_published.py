"""What is published: every host is ours, every name is harmless, and the islands are there."""

import gzip
import json
import re
from pathlib import Path

import orjson

from app.maps.published import ADDRESS, Published, read_manifest, read_piece
from app.maps.publishing import ALWAYS_SAID, is_behind
from tests.unit.maps.conftest import HOSTILE

OTHER_HOST = re.compile(r"""https?://(?!www\.w3\.org)|["'(]//[a-z]""")


def _contents(folder: Path) -> dict[str, str]:
    return {path.name: gzip.decompress(path.read_bytes()).decode() for path in folder.glob("*.gz")}


def test_no_piece_names_another_host(published: Published, folder: Path) -> None:
    for name, content in _contents(folder).items():
        assert not OTHER_HOST.search(content), name
    assert all(address.startswith("/") for address in published.shell.scripts)
    assert not any(address.startswith("//") for address in published.shell.styles)


def test_the_served_scripts_and_styles_name_no_other_host() -> None:
    static = Path(__file__).parents[3] / "app" / "static"
    scripts = (*static.glob("js/map*.js"), *static.glob("js/map/*.js"), static / "js/minimap.js")
    for path in (*scripts, static / "css/map.css"):
        said = path.read_text(encoding="utf-8")
        assert not OTHER_HOST.search(said), path.name


def test_a_hostile_name_stays_text(published: Published, folder: Path) -> None:
    shell = "".join(text for name, text in _contents(folder).items() if name.startswith("map"))
    assert published.attribution == HOSTILE
    assert "<img" not in shell
    assert "</script>" not in shell
    assert "&lt;img" in shell or "\\u0026lt;img" in shell


def test_scripts_never_write_names_as_markup() -> None:
    static = Path(__file__).parents[3] / "app" / "static" / "js"
    for path in (*static.glob("map*.js"), *static.glob("map/*.js"), static / "minimap.js"):
        said = path.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", said)
        assert 'setAttribute("style"' not in said


def test_the_archipelagos_and_the_sea_are_named_in_every_build(
    published: Published, folder: Path
) -> None:
    piece = read_piece(folder, published.layers["ten-goi"][0].removeprefix(ADDRESS))
    assert piece is not None
    names = {
        feature["properties"]["n"]
        for feature in orjson.loads(gzip.decompress(piece.packed))["features"]
    }
    assert "QĐ. Hoàng Sa (Đà Nẵng, Việt Nam)" in names
    assert "QĐ. Trường Sa (Khánh Hòa, Việt Nam)" in names
    assert "Biển Đông" in names


def test_the_shell_always_shows_the_names_and_the_note(published: Published, folder: Path) -> None:
    piece = read_piece(folder, published.shell.scripts[-1].removeprefix(ADDRESS))
    assert piece is not None
    script = gzip.decompress(piece.packed).decode()
    control = script[script.index("layer_control_base_layers") :]
    assert "ten_goi.addTo" in script.replace("layer_", "")
    assert "ten_goi" not in control
    assert json.dumps(ALWAYS_SAID) in script


def test_the_layer_control_comes_last(published: Published, folder: Path) -> None:
    piece = read_piece(folder, published.shell.scripts[-1].removeprefix(ADDRESS))
    assert piece is not None
    script = gzip.decompress(piece.packed).decode()
    assert script.rindex("cotMoc.publishedLayer") < script.index("L.control.layers")
    assert "maxZoom" in script


def test_the_manifest_reads_back_as_it_was_written(published: Published, folder: Path) -> None:
    assert read_manifest(folder) == published


def test_the_same_pack_is_not_built_again(
    published: Published, geodata: Path, folder: Path, tmp_path: Path
) -> None:
    assert published.layers
    assert not is_behind(geodata, folder)
    assert is_behind(geodata, tmp_path)


def test_a_piece_is_found_only_by_a_name_of_ours(folder: Path) -> None:
    assert read_piece(folder, "../manifest.json") is None
    assert read_piece(folder, "map.0000000000000000.js") is None
