"""Files that are not definitions are refused in a sentence, quickly, whatever they hold."""

from pathlib import Path

import pytest

from app.workflow.definition import DefinitionError, load_definition
from app.workflow.source import SourceError, read_yaml

STATE = "{code: a, name: {vi: A, en: A}},"
BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 10)}]\n" for i in range(8)
)


MIXED = (
    "a: &a {"
    + ", ".join(f"k{number}: 1" for number in range(300))
    + "}\nb:\n"
    + "- {<<: *a}\n" * 80
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 200_000, "lồng nhau"),
        ("[\n" * 100_000, "lồng nhau"),
        ("- " * 100_000, "lồng nhau"),
        ("a: &a [*a]", "lặp vòng"),
        ("&a {code: x, fields: *a}", "lặp vòng"),
        (BOMB, "lặp vòng"),
        ("a" * 10_000_000, "1 triệu ký tự"),
        ("code: a\nname: x\ncode: b", "khóa “code” được viết hai lần"),
        ("a:\n\t- b", "dấu cách"),
        ("a: *b", "bí danh"),
        ("a: 1\n---\nb: 2", "hơn một tài liệu"),
        ("a: !!python/object/apply:os.system ['ls']", "nhãn"),
        ("{[a]: 1}", "khóa phải là chữ"),
        ("a: 2026-99-99", "không tồn tại"),
        ("a: \x00", "ký tự không hợp lệ"),
        ('a: "b\\0c"', "ký tự không hợp lệ"),
        ('a: "\\ud800"', "không đọc được YAML"),
        ("code: " + "9" * 5000, "không tồn tại"),
        ("a: &a {b: 1}\nc: {<<: [*a, *a]}", "chỉ trộn được một khối"),
        (MIXED, "trộn quá nhiều"),
        ('code: x\nname: {vi: "Mới\\u202e nhận"}', "(dòng 2): có ký tự không hợp lệ (không nhìn"),
        ("code: x\nname: {vi: Mới\u200bnhận}", "U+200B) trong chữ “Mới?nhận”"),
        (f"code: x\nstates: [{STATE * 2_000}]", "có quá 100 mục"),
        (f"code: x\nevents: [{STATE * 2_000}]", "có quá 100 mục"),
        ("", "khối"),
        ("- a", "khối"),
        ("code: x\nla: 1", "không có trong định dạng"),
    ],
)
def test_a_file_that_is_no_definition_is_refused_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(DefinitionError) as refusal:
        load_definition(text, name="tệp.yaml")
    assert said in str(refusal.value)


def test_a_repeated_key_is_named_with_its_own_line() -> None:
    with pytest.raises(DefinitionError) as refusal:
        load_definition("code: a\nname: {vi: x}\ncode: b", name="x")
    assert refusal.value.faults[0].line == 3


def test_thousands_of_faults_are_told_at_once_and_not_all() -> None:
    with pytest.raises(DefinitionError) as refusal:
        load_definition("code: x\nfields: [" + "1," * 20_000 + "]", name="x")
    assert len(refusal.value.faults) <= 200


@pytest.mark.parametrize("content", [b"\xff\xfe\x00a", b"code: \xe9"])
def test_a_file_in_another_encoding_is_refused_in_a_sentence(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    with pytest.raises(DefinitionError, match="UTF-8"):
        load_definition(path)


def test_a_block_mixed_in_gives_way_to_what_stands_beside_it() -> None:
    read = read_yaml("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\n")
    assert read == {"a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 3}}


def test_a_mixed_block_is_mixed_into_another_that_is_read_first() -> None:
    read = read_yaml("d:\n- - &a {x: 1}\n  - &b {<<: *a, x: 2}\nc: {<<: *b, z: 3}\n")
    assert read == {"d": [[{"x": 1}, {"x": 2}]], "c": {"x": 2, "z": 3}}


def test_a_key_given_twice_beside_a_mixed_block_is_named() -> None:
    with pytest.raises(SourceError, match="“y” được viết hai lần"):
        read_yaml("a: &a {x: 1}\nb: {<<: *a, y: 3, y: 4}\n")
