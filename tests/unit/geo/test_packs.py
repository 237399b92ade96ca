import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import yaml

from app.geo.gazetteer import Pack, PackError, load_pack
from app.geo.packs import pack_problems, prepare_pack
from tests.unit.geo.packing import tiny_layers, write_pack


def _codes(folder: Path) -> list[str]:
    return [problem.code for problem in pack_problems(folder)]


def _edit(folder: Path, key: str, value: object) -> None:
    path = folder / "pack.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content[key] = value
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


@pytest.mark.parametrize("suffix", ["parquet", "geojson", "fgb"])
def test_sound_pack_has_no_problem_in_any_format(tmp_path: Path, suffix: str) -> None:
    folder = write_pack(tmp_path, tiny_layers(), accuracy_m=50.0, suffix=suffix)
    assert pack_problems(folder) == ()
    assert len(load_pack(prepare_pack(folder, tmp_path / "index")).communes) == 2


def test_folder_without_a_manifest_is_no_pack(tmp_path: Path) -> None:
    assert _codes(tmp_path) == ["manifest_missing"]


@pytest.mark.parametrize("text", ["- a list", "name: [", "name: x\nversion: 1\n"])
def test_manifest_that_does_not_hold_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "pack.yaml").write_text(text, encoding="utf-8")
    assert _codes(tmp_path) == ["manifest_invalid"]


def test_layer_file_outside_the_pack_is_refused(tmp_path: Path) -> None:
    folder = write_pack(tmp_path / "pack", tiny_layers(), accuracy_m=50.0)
    _edit(folder, "layers", {"world": {"file": "../../x.fgb", "sha256": "0", "features": 1}})
    assert _codes(folder) == ["manifest_invalid"]


def test_changed_file_is_noticed_by_its_sum(tmp_path: Path) -> None:
    folder = write_pack(tmp_path, tiny_layers(), accuracy_m=50.0)
    with (folder / "world.parquet").open("ab") as sink:
        sink.write(b"x")
    assert _codes(folder) == ["sha256"]


def test_missing_file_and_missing_layer_are_both_said(tmp_path: Path) -> None:
    layers = tiny_layers()
    del layers["world"]
    folder = write_pack(tmp_path, layers, accuracy_m=50.0)
    (folder / "communes.parquet").unlink()
    assert _codes(folder) == ["layer_missing", "file_missing"]


def test_missing_column_and_wrong_system_are_said(tmp_path: Path) -> None:
    layers = tiny_layers()
    layers["communes"] = layers["communes"].drop(columns="province_code").to_crs(32648)
    assert _codes(write_pack(tmp_path, layers, accuracy_m=50.0)) == ["crs", "column"]


def test_line_against_the_numbers_is_said(tmp_path: Path) -> None:
    layers = tiny_layers()
    layers["border_lines"] = layers["border_lines"].assign(
        geometry=layers["border_lines"].geometry.reverse()
    )
    folder = write_pack(tmp_path, layers, accuracy_m=50.0)
    assert _codes(folder) == ["direction"] * 3
    with pytest.raises(PackError):
        prepare_pack(folder, tmp_path / "index")


def test_damaged_index_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "index.npz").write_bytes(b"not an archive")
    with pytest.raises(PackError) as refusal:
        load_pack(tmp_path)
    assert "flask geodata install" in refusal.value.remark.vi


def test_names_are_those_in_force_on_the_date(tiny: Pack) -> None:
    before, after = date(2025, 6, 30), date(2025, 7, 1)
    old, new = tiny.province("02", on=before), tiny.province("08")
    assert old is not None
    assert new is not None
    assert (old.name, new.name) == ("Hà Giang", "Tuyên Quang")
    assert tiny.province("02", on=after) is None
    commune = tiny.commune("00002", on=after)
    assert commune is not None
    assert (commune.kind, commune.province_code) == ("phường", "08")


def test_pack_tells_its_accuracy_and_version(tiny: Pack) -> None:
    said = tiny.manifest
    assert (tiny.accuracy_m, said.version, said.issued) == (50.0, "1", date(2026, 11, 22))


def test_single_point_path_needs_no_pandas_and_no_projection_library() -> None:
    heavy = "print({'pandas', 'pyproj', 'flask'} & set(sys.modules))"
    code = f"import sys, app.geo.geotag, app.geo.labels; {heavy}"
    root = Path(__file__).parents[3]
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "set()"
