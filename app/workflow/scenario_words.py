"""What a test expected and what came, in words: kept apart from how a test is run."""

from __future__ import annotations

from collections.abc import Iterator

from app.workflow.decisions import Decision, Situation
from app.workflow.machine import Machine
from app.workflow.scenarios import Expected
from app.workflow.text import Text


def not_ticked(item: str, decision: Decision) -> Text:
    said = _reasons(decision)
    return Text(
        f"không đánh dấu được việc “{item}”: {said.vi}",
        f"“{item}” cannot be ticked off: {said.in_locale('en')}",
    )


def of_judgement(check: Expected, decision: Decision) -> Iterator[Text]:
    name, said = decision.name, _reasons(decision)
    if check.may and not decision.allowed:
        yield Text(
            f"“{name}”: mong đợi được làm, thực tế bị từ chối: {said.vi}",
            f"“{name.in_locale('en')}”: expected to be allowed, refused: {said.in_locale('en')}",
        )
    if not check.may and decision.allowed:
        yield Text(
            f"“{name}”: mong đợi bị từ chối, thực tế được làm.",
            f"“{name.in_locale('en')}”: expected to be refused, allowed.",
        )
    if check.may or decision.allowed:
        return
    for wanted in check.because:
        if not _is_among(wanted, decision):
            yield Text(
                f"“{name}”: mong đợi lý do “{wanted}”, thực tế: {said.vi}",
                f"“{name.in_locale('en')}”: expected “{wanted}”, got: {said.in_locale('en')}",
            )
    if check.missing is not None and set(check.missing) != set(decision.missing):
        yield _differs("trường còn thiếu", "missing fields", check.missing, decision.missing)


def of_outcome(
    check: Expected, decision: Decision, after: Situation, machine: Machine
) -> Iterator[Text]:
    if check.state is not None and after.state != check.state:
        names = {code: state.name for code, state in machine.states.items()}
        wanted, actual = names.get(check.state, check.state), names.get(after.state, after.state)
        yield Text(
            f"trạng thái: mong đợi “{wanted}”, thực tế “{actual}”.",
            f"state: expected {check.state}, got {after.state}.",
        )
    is_asked = decision.needs_second_person
    if check.second_person is not None and check.second_person != is_asked:
        words = {True: ("chờ người thứ hai", "waits"), False: ("làm ngay", "done at once")}
        (vi, en), (was_vi, was_en) = words[check.second_person], words[is_asked]
        yield Text(f"mong đợi {vi}, thực tế {was_vi}.", f"expected {en}, got {was_en}.")
    for code, value in check.sets.items():
        if after.data.get(code) != value:
            yield _differs(f"“{code}”", f"“{code}”", value, after.data.get(code))
    if check.documents is not None and set(check.documents) != set(decision.generate):
        yield _differs("văn bản", "documents", check.documents, decision.generate)


def _reasons(decision: Decision) -> Text:
    return Text(
        " ".join(reason.text.vi for reason in decision.reasons),
        " ".join(reason.text.in_locale("en") for reason in decision.reasons),
    )


def _is_among(wanted: str, decision: Decision) -> bool:
    return any(
        wanted == reason.code or wanted in reason.text.vi or wanted in reason.text.in_locale("en")
        for reason in decision.reasons
    )


def _differs(vi: str, en: str, wanted: object, actual: object) -> Text:
    was = _listed(actual)
    return Text(
        f"{vi}: mong đợi {_listed(wanted)}, thực tế {was}.",
        f"{en}: expected {_listed(wanted)}, got {was}.",
    )


def _listed(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value) or "–"
    return "–" if value is None else str(value)


_CLOCK_WORDS = {
    "none": "không chạy",
    "running": "đang chạy",
    "paused": "đang tạm dừng",
    "stopped": "đã dừng đúng hạn",
    "late": "đã dừng khi quá hạn",
    "cancelled": "đã hủy",
}


def clock_vi(said: str) -> str:
    return _CLOCK_WORDS.get(said, said)
