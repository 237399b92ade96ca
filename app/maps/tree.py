"""The layers of the map by group, as the page offers them; Folium composes them."""

from dataclasses import dataclass

from flask_babel import gettext as _


@dataclass(frozen=True, slots=True)
class LayerGroup:
    """A group of layers by their codes; `always` says what of it cannot be switched off."""

    code: str
    name: str
    layers: tuple[str, ...]
    always: tuple[tuple[str, str], ...] = ()


def layer_groups() -> list[LayerGroup]:
    border, islands = _("Đường biên giới (luôn hiện)"), _("Quần đảo, các đảo (luôn hiện)")
    return [
        LayerGroup("ranh-gioi", _("Ranh giới"), ("cua-khau",), (("bien-gioi", border),)),
        LayerGroup("hanh-chinh", _("Hành chính"), ("tinh", "co-quan-dai-dien")),
        LayerGroup("bien", _("Biển"), ("duong-bien", "vung-bien"), (("dao", islands),)),
    ]


def tree_words() -> dict[str, str]:
    return {
        "from": _("từ mức phóng %(zoom)s, 1:%(scale)s", zoom="{zoom}", scale="{scale}"),
        "zoom": _("Mức phóng %(zoom)s, khoảng 1:%(scale)s", zoom="{zoom}", scale="{scale}"),
    }
