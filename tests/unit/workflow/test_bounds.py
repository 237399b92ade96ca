"""Limits that could only fail later, at somebody's desk: each is refused before it is published."""

from __future__ import annotations

import pytest

from app.designer.checking import judge_content
from app.workflow.definition import load_definition, stored_form
from tests.unit.workflow.test_broken_definitions import BASE, ROLES, guarded, refusals


def warnings(*changes: tuple[str, str], settings: set[str] | None = None) -> list[str]:
    text = BASE
    for old, new in changes:
        text = text.replace(old, new, 1)
    content = stored_form(load_definition(text, name="tệp.yaml"))
    found = judge_content(content, ROLES, {}, settings=settings).warnings
    return [f"{one.text.vi} {one.cure.vi}" for one in found]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("min: 0", "min: 1e400", "phải là số hoặc ngày"),
        ("min: 0", "min: .nan", "phải là số hoặc ngày"),
        ("min: 0", "min: 0, default: .inf", "Trường “Số người”"),
        ("type: date,", "type: date, min: 5,", "ghi một ngày, ví dụ 2026-01-31"),
        ("min: 0", "min: 2026-01-01", "“2026-01-01” không hợp với kiểu của “Số người”"),
        ("type: text,", "type: text, min: 5,", "chỉ số, tiền, ngày và bảng"),
        ("limit: 5 wd", "limit: 99999 cd", "quá một trăm năm"),
        ("limit: 5 wd", "limit: 0 cd, repeat: true", "vòng sau không bao giờ muộn hơn"),
        ("limit: 5 wd", "limit: 1e400 wd", "thời hạn viết là “2 h”"),
        ("TN-{year}", "T" * 60 + "-{year}", "nhiều nhất là 64"),
        ("code: ngay,", "code: in,", "từ của ngôn ngữ điều kiện (CEL)"),
        ("min: 0", "min: 0, read_states: [xong]", "không được xem ở trạng thái “Mới nhận” (moi)"),
        ("from: [moi]", "from: [moi, moi]", "mã “moi” dùng 2 lần"),
        ("min: 0", "min: 0, yes: 2", "khóa phải là chữ và có trong định dạng"),
        (*guarded("data.ten.matches('(')"), "trong matches(…) không phải biểu thức chính quy"),
    ],
)
def test_a_limit_that_could_never_hold_is_refused(old: str, new: str, said: str) -> None:
    found = refusals((old, new))
    assert any(said in one for one in found), found


def test_a_deadline_before_a_day_that_is_always_past_is_refused() -> None:
    found = refusals(
        ("type: date,", "type: date, past: true,"),
        ("start: [transition:giao], stop", "before: field:ngay, stop"),
    )
    assert any("luôn quá hạn" in one for one in found), found


@pytest.mark.parametrize("warn", ["9 wd", "5 wd", "0%"])
def test_a_warning_that_comes_as_the_deadline_begins_is_doubted(warn: str) -> None:
    found = warnings(("limit: 5 wd", f"limit: 5 wd, warn: [{warn}]"))
    assert any("đến ngay khi bắt đầu tính" in one for one in found), found


def test_a_setting_that_nobody_keeps_is_named_with_the_nearest() -> None:
    change = ("limit: 5 wd", "limit: 5 wd, setting: country.reply_day")
    assert any("country.reply_days” không?" in one for one in warnings(change, settings=KEPT))
    assert not any("ngưỡng" in one for one in warnings(change))


KEPT = {"country.reply_days"}
