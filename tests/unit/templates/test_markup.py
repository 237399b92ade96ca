"""The promises of the markup: nothing inline, every icon drawn, no other host."""

import re
import unicodedata
from pathlib import Path

import pytest

APP = Path(__file__).resolve().parents[3] / "app"
TEMPLATES = sorted((APP / "templates").rglob("*.html"))
HOUSE_FILES = [
    *TEMPLATES,
    *sorted((APP / "static" / "css").glob("*.css")),
    *sorted((APP / "static" / "js").glob("*.js")),
]
SYMBOLS = (APP / "static" / "img" / "symbols.svg").read_text("utf-8")


def _name(path: Path) -> str:
    return path.relative_to(APP).as_posix()


def _without_comments(path: Path) -> str:
    return re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_template_has_no_inline_style_or_handler(path: Path) -> None:
    found = re.findall(r"\s(?:style|on[a-z]+)\s*=\s*[\"']", _without_comments(path))
    assert found == []


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_inline_script_carries_the_nonce(path: Path) -> None:
    scripts = re.findall(r"<script\b([^>]*)>", _without_comments(path))
    assert [one for one in scripts if "src=" not in one and "csp_nonce()" not in one] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_every_named_icon_is_drawn(path: Path) -> None:
    named = re.findall(r"\bicon(?:_name=|\()\s*\"([a-z-]+)\"", _without_comments(path))
    assert [name for name in named if f'id="{name}"' not in SYMBOLS] == []


@pytest.mark.parametrize("path", HOUSE_FILES, ids=_name)
def test_house_file_names_no_other_host(path: Path) -> None:
    text = re.sub(r"http://www\.w3\.org/\S+", "", path.read_text("utf-8"))
    assert re.findall(r"https?://[^\s\"']+", text) == []


@pytest.mark.parametrize("path", HOUSE_FILES, ids=_name)
def test_house_file_keeps_vietnamese_composed(path: Path) -> None:
    assert unicodedata.is_normalized("NFC", path.read_text("utf-8"))


def test_every_tone_has_a_shape_and_a_colour() -> None:
    colours = (APP / "static" / "css" / "tokens.css").read_text("utf-8")
    tones = ("initial", "working", "waiting", "overdue", "done", "closed")
    assert [tone for tone in tones if f'id="state-{tone}"' not in SYMBOLS] == []
    assert [tone for tone in tones if f".state-{tone} {{ --tone" not in colours] == []
