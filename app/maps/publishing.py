"""Builds the base layers and the map's shell of the installed pack and puts them in use."""

from pathlib import Path

from app.geo.gazetteer import MANIFEST_NAME, Manifest, file_sha256, read_manifest
from app.maps import published
from app.maps.layers import BASE_LAYERS, Sources, geojson_of
from app.maps.published import Published
from app.maps.render import compose, publish_shell

ALWAYS_SAID = "Đường biên giới chỉ có tính minh họa"


def publish_base(geodata: Path, folder: Path) -> Published:
    """Write every layer and the shell of the pack in `geodata` into `folder`. Raises PackError."""
    manifest = read_manifest(geodata)
    sources = Sources(manifest)
    layers = {
        layer.code: tuple(
            published.write_piece(
                folder, f"{layer.code}-{number}", "geojson", geojson_of(layer, sources, level)
            )
            for number, level in enumerate(layer.levels)
        )
        for layer in BASE_LAYERS
    }
    shell = compose(
        [(layer, layers[layer.code]) for layer in BASE_LAYERS],
        attribution=manifest.attribution,
        note=ALWAYS_SAID,
    )
    made = _described(manifest, geodata, layers, publish_shell(shell, folder))
    published.write_manifest(folder, made)
    published.remove_old_pieces(folder, made)
    return made


def is_behind(geodata: Path, folder: Path) -> bool:
    """Whether another pack was installed since the layers were built, or none were."""
    index = geodata / MANIFEST_NAME
    held = published.read_manifest(folder)
    return index.is_file() and (held is None or held.pack_stamp != file_sha256(index))


def _described(
    manifest: Manifest,
    geodata: Path,
    layers: dict[str, tuple[str, ...]],
    shell: published.Shell,
) -> Published:
    return Published(
        pack_stamp=file_sha256(geodata / MANIFEST_NAME),
        pack_name=manifest.name,
        pack_version=manifest.version,
        accuracy_m=manifest.accuracy_m,
        attribution=manifest.attribution,
        note_vi=manifest.note_vi,
        layers=layers,
        shell=shell,
    )
