"""Whether what a case type follows one by one, who alone reads it and whom it hides can work."""

from __future__ import annotations

from collections.abc import Iterator

from app.workflow.definition import CaseType
from app.workflow.field_definition import FieldType
from app.workflow.lint_scope import ROLE, Scope, repeated
from app.workflow.lint_words import called_item, key
from app.workflow.problems import Problem, error, warning
from app.workflow.text import Text

_NO_READERS_NEEDED = frozenset({"system"})
_DATES = frozenset({FieldType.DATE, FieldType.DATETIME})
_READERS, _VICTIMS, _MINORS = (
    key("case_type", name) for name in ("readers", "protect.victims", "protect.minors")
)


def track_problems(case_type: CaseType, scope: Scope) -> Iterator[Problem]:
    """Lists that are named twice; roles that must act on what they cannot read."""
    yield from repeated("tracks", case_type.tracks)
    yield from repeated("readers", case_type.readers)
    if not case_type.readers:
        yield from _no_reader(case_type)
        return
    blind = _acting(case_type) - frozenset(case_type.readers) - _NO_READERS_NEEDED
    if blind:
        listed = scope.called.all(ROLE, sorted(blind))
        yield error(
            "readers",
            Text(
                f"vai trò {listed.vi} có việc ở loại hồ sơ này mà không đọc được",
                f"the role {listed.en} acts on cases of this type and cannot read them",
            ),
            Text(f"thêm vào {_READERS.vi}: {listed.vi}", f"add to {_READERS.en}: {listed.en}"),
        )


def _no_reader(case_type: CaseType) -> Iterator[Problem]:
    """A list that is written and empty reads as “nobody”, and would open the cases to all."""
    if "readers" in case_type.model_fields_set:
        yield error(
            "readers",
            Text(
                f"{_READERS.vi} có ghi mà để trống, như vậy vai trò nào cũng đọc được",
                f"{_READERS.en} is given and empty, which lets every role read",
            ),
            Text(
                "chọn ít nhất một vai trò, hoặc bỏ khóa này nếu mọi vai trò được đọc",
                "choose a role, or drop the key if every role may read",
            ),
        )


def protect_problems(case_type: CaseType, scope: Scope) -> Iterator[Problem]:
    """Dates that are no dates; a protection that no condition ever calls for."""
    rule = case_type.protect
    if rule is None:
        return
    for code in rule.incident:
        item = scope.fields.get(code)
        if item is not None and item.type not in _DATES:
            said = called_item(item)
            yield error(
                "protect.incident",
                Text(
                    f"trường {said.vi} không ghi ngày, không tính tuổi được",
                    f"the field {said.en} holds no date to take the age on",
                ),
                Text(
                    "chọn một trường kiểu “Ngày” (date) hoặc “Ngày và giờ” (datetime)",
                    "choose a field of type date or datetime",
                ),
            )
    if rule.victims is None and rule.minors is None:
        yield warning(
            "protect.minors",
            Text(
                f"không ghi {_VICTIMS.vi} hay {_MINORS.vi}: chỉ người có ngày sinh cho thấy là"
                " trẻ em mới được che",
                f"neither {_VICTIMS.en} nor {_MINORS.en} is given: only those whose birth date"
                " shows a minor are hidden",
            ),
            Text(
                "ghi điều kiện ở một trong hai mục nếu hồ sơ có thể có nạn nhân, trẻ em",
                "give one of the conditions if there may be victims or minors",
            ),
        )


def _acting(case_type: CaseType) -> frozenset[str]:
    found = set(case_type.open.roles)
    for step in case_type.transitions:
        found |= {*step.roles, *step.confirm}
    for event in case_type.events:
        found |= set(event.roles)
    return frozenset(found)
