import random
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.geo.labels import (
    LabelError,
    LabelKind,
    LabelRange,
    MarkerLabel,
    format_label,
    parse_label,
    parse_labels,
    sort_key,
)

suffixes = st.none() | st.integers(1, 3)
main_labels = st.builds(
    lambda line, main, suffix: MarkerLabel(line, main, suffix=suffix),
    st.sampled_from([None, "CN", "LA", "KH"]),
    st.integers(0, 9999),
    suffixes,
)


def _lesser(
    line: str | None, numbers: tuple[int, int, int | None], ends: tuple[int | None, int | None]
) -> MarkerLabel:
    kind = LabelKind.AUXILIARY if numbers[2] is None else LabelKind.PEG
    return MarkerLabel(line, *numbers, ends[0], kind, ends[1])


lesser_labels = st.builds(
    _lesser,
    st.sampled_from([None, "CN", "LA", "KH"]),
    st.tuples(st.integers(1, 9999), st.integers(1, 999), st.none() | st.integers(1, 99)),
    st.tuples(suffixes, suffixes),
)
legacy_labels = st.builds(
    lambda letter, number: MarkerLabel(
        None, None, kind=LabelKind.LEGACY, text=f"{letter}-{number}"
    ),
    st.sampled_from("ABCĐ"),
    st.integers(1, 9999),
)
any_label = main_labels | lesser_labels | legacy_labels


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("314", MarkerLabel(None, 314)),
        ("79(1)", MarkerLabel(None, 79, suffix=1)),
        ("47/7(2)", MarkerLabel(None, 47, 7, None, 2, LabelKind.AUXILIARY)),
        ("168/2.3", MarkerLabel(None, 168, 2, 3, None, LabelKind.PEG)),
        ("133(2)/2", MarkerLabel(None, 133, 2, None, None, LabelKind.AUXILIARY, 2)),
        ("M304", MarkerLabel(None, 304)),
        ("A-2", MarkerLabel(None, None, kind=LabelKind.LEGACY, text="A-2")),
        ("KH 314", MarkerLabel("KH", 314)),
        ("0", MarkerLabel(None, 0)),
    ],
)
def test_label_is_read_into_its_parts(text: str, expected: MarkerLabel) -> None:
    assert parse_label(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "cột dấu 168/2.3",
        "Cọc dấu số 168/2.3",
        "mốc phụ 168 / 2 . 3",
        "CỘT MỐC 168/2.3",
        "cot dau 168/2.3",
        "  mốc:168／2.3 ",
        unicodedata.normalize("NFD", "cột dấu 168/2.3"),
    ],
)
def test_prefix_spacing_and_unicode_form_do_not_change_the_label(text: str) -> None:
    assert format_label(parse_label(text)) == "168/2.3"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mốc",
        "abc",
        "47/",
        "47/0",
        "47(4)",
        "12345",
        "257-259",
        "47/7(2)x",
        "47²",
        "1.045",
        "0/1",
    ],
)
def test_what_is_no_label_is_refused_in_words(text: str) -> None:
    with pytest.raises(LabelError) as refusal:
        parse_label(text)
    assert "số hiệu mốc" in refusal.value.remark.vi


def test_line_in_the_text_must_not_contradict_the_record() -> None:
    with pytest.raises(LabelError) as refusal:
        parse_label("KH 304", line="LA")
    assert refusal.value.remark.code == "line_conflict"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("77/1 (1,2)", ["77/1(1)", "77/1(2)"]),
        ("261(1), (2)", ["261(1)", "261(2)"]),
        ("222(1)(2)(3)", ["222(1)", "222(2)", "222(3)"]),
        ("222 (1-3)", ["222(1)", "222(2)", "222(3)"]),
        ("mốc 257 – 259", ["257 – 259"]),
        ("từ mốc 259 đến mốc 257", ["257 – 259"]),
        ("77/1-78", ["77/1 – 78"]),
        ("mốc 86 và A-2", ["86", "A-2"]),
        ("47/1, 48 ; cột mốc 49", ["47/1", "48", "49"]),
        ("mốc giao điểm (mốc 0 A Pa Chải)", ["mốc giao điểm (mốc 0 A Pa Chải)"]),
    ],
)
def test_list_is_read_item_by_item(text: str, expected: list[str]) -> None:
    assert [str(label) for label in parse_labels(text)] == expected


def test_list_names_the_part_that_it_cannot_read() -> None:
    with pytest.raises(LabelError) as refusal:
        parse_labels("47/1, bốn tám")
    assert "bốn tám" in refusal.value.remark.vi


def test_stretch_contains_auxiliaries_and_pairs_between_its_ends() -> None:
    (stretch,) = parse_labels("257 – 259")
    assert isinstance(stretch, LabelRange)
    inside = [
        stretch.contains(parse_label(text)) for text in ("257(2)", "258/3.1", "259", "259(2)")
    ]
    assert inside == [True] * 4
    assert not stretch.contains(parse_label("259/1"))


def test_tripoint_keeps_its_name_and_number() -> None:
    label = parse_label("mốc giao điểm (mốc 0 A Pa Chải)", line="CN")
    assert (label.kind, label.main) == (LabelKind.TRIPOINT, 0)


def test_labels_sort_by_number_never_as_text() -> None:
    ordered = [
        "0",
        "9",
        "79(1)",
        "79(2)",
        "79/1",
        "79/1.1",
        "79/2",
        "79/10",
        "133(2)/2",
        "314",
        "A-2",
    ]
    shuffled = random.Random(7).sample(ordered, len(ordered))  # noqa: S311  a shuffle, no secret
    assert sorted(shuffled, key=lambda text: sort_key(parse_label(text))) == ordered


@given(any_label)
def test_reading_what_was_written_gives_the_same_label(label: MarkerLabel) -> None:
    assert parse_label(format_label(label), line=label.line) == label


@given(any_label, any_label)
def test_different_labels_never_share_a_sort_key(one: MarkerLabel, other: MarkerLabel) -> None:
    assert (sort_key(one) == sort_key(other)) == (one == other)


@given(st.text(max_size=30))
def test_any_text_is_a_label_or_a_refusal(text: str) -> None:
    with suppress(LabelError):
        assert parse_labels(text)
