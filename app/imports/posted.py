"""Alerts that a program sends as JSON: judged row by row exactly as those of a file are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import orjson
from sqlalchemy.orm import Session

from app.audit import record_access
from app.errors import Forbidden, Refused, TooLarge
from app.geo.gazetteer import Pack
from app.imports.fields import Target, fitting, plan_of
from app.imports.judging import Judged
from app.imports.readers.source import Cell
from app.imports.report import Report, as_json
from app.imports.running import accepted
from app.imports.services import may_import
from app.imports.storage import clean_name
from app.imports.surroundings import Surroundings, places_of
from app.imports.vms import VmsImport
from app.permissions import Actor

MOST_ITEMS: Final = 10_000
MOST_BYTES: Final = 16 * 1024 * 1024
_LONGEST: Final = 4_000
_MOST_FIELDS: Final = 60
_NAMED_UNUSED: Final = 12


@dataclass(frozen=True, slots=True)
class Posted:
    """What a call holds; `source` is how the sender names its list."""

    source: str
    items: Sequence[Any]  # Any: JSON that nobody has looked at
    is_dry: bool = False


def read_posted(body: bytes) -> Posted:
    """The alerts of a call: an array, or an object with `items`. Raises Refused, TooLarge."""
    if len(body) > MOST_BYTES:
        raise TooLarge("Nội dung vượt quá 16 MB. Hãy chia thành nhiều lần gửi.")
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refused(
            "Nội dung không phải JSON hợp lệ (UTF-8, không có NaN, Infinity). Hãy kiểm tra lại."
        ) from error
    held = said if isinstance(said, dict) else {"items": said}
    items, name, is_dry = held.get("items"), held.get("source", ""), held.get("dry_run", False)
    if not isinstance(items, list):
        raise Refused("Cần một mảng cảnh báo, hoặc đối tượng có “items” là mảng cảnh báo.")
    if not isinstance(name, str) or not isinstance(is_dry, bool):
        raise Refused("“source” phải là chữ, “dry_run” phải là true hoặc false.")
    if len(items) > MOST_ITEMS:
        raise TooLarge("Mỗi lần gửi nhiều nhất 10.000 cảnh báo. Hãy chia thành nhiều lần gửi.")
    named = clean_name(name.replace("\0", "")[:100]) if name.strip() else ""
    return Posted(f"API: {named}" if named else "API", items, is_dry)


class Delivery:
    """One call on its way in: judged from what is read, then stored in the caller's transaction."""

    def __init__(
        self, session: Session, actor: Actor, posted: Posted, *, pack: Pack, now: datetime
    ) -> None:
        if not may_import(actor, Target.VMS):
            raise Forbidden
        self._posted, self._unused = posted, dict[str, None]()
        provinces, communes = places_of(session)
        self._around = Surroundings(actor, pack, now, provinces, communes, file_name=posted.source)
        self._importer = VmsImport(self._around)
        self._rows = list(self._judged())
        self._importer.judge(session, [row for row in self._rows if not row.is_refused])
        self._importer.foresee(session, accepted(self._rows))

    def store(self, session: Session) -> None:
        """Keep what was judged fit, all of it or nothing; a dry call keeps nothing."""
        if self._posted.is_dry:
            return
        actor, now = self._around.actor, self._around.now
        if fit := accepted(self._rows):
            self._importer.store(session, fit)
        counted = f"{len(fit)}/{len(self._rows)}"
        record_access(session, actor, "vms.api_received", "vms_api", reason=counted, now=now)

    def answer(self) -> dict[str, Any]:  # Any: JSON
        """In the form of `flask import vms --json`, rows counted from 1."""
        report = Report(keeps_stored=True)
        report.add(self._rows)
        notes = list(report.notes())
        if self._unused:
            named = ", ".join(f"“{name[:40]}”" for name in [*self._unused][:_NAMED_UNUSED])
            notes.append(f"Trường không dùng đến: {named}.")
        source, is_dry = self._posted.source, self._posted.is_dry
        said = as_json(report, file=source, notes=notes, is_dry_run=is_dry)
        return {"received": len(self._rows), **said}

    @property
    def is_all_refused(self) -> bool:
        return bool(self._rows) and not accepted(self._rows)

    def _judged(self) -> Iterator[Judged]:
        for number, item in enumerate(self._posted.items, start=1):
            yield self._row(number, item)

    def _row(self, number: int, item: Any) -> Judged:  # Any: JSON that nobody has looked at
        if not isinstance(item, dict) or len(item) > _MOST_FIELDS:
            row = Judged(number, {})
            row.refuse("Mỗi cảnh báo phải là một đối tượng JSON.", "shape")
            return row
        values: dict[str, Cell] = {}
        row, problem = Judged(number, values), ""
        for name, value in item.items():
            code = _field_named(name[:200])
            if code is None:
                self._unused.setdefault(name)
                continue
            problem = problem or _problem(name, value)
            if code not in values or name == code:
                values[code] = value
        if problem:
            row.refuse(problem, "shape")
        return row


@lru_cache(maxsize=4096)
def _field_named(name: str) -> str | None:
    """The field that a name means: by its code, or as the heading of a list is understood."""
    plan = plan_of(Target.VMS)
    if any(field.code == name for field in plan.fields):
        return name
    found = fitting(plan, name)
    return found[0] if found else None


def _problem(name: str, value: Any) -> str:  # Any: JSON that nobody has looked at
    """Why a value can stand in no cell; empty where it can."""
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return ""
    shown = name[:40].replace("\0", "")
    if not isinstance(value, str):
        return f"Trường “{shown}”: cần chữ hoặc số."
    if "\0" in value:
        return f"Trường “{shown}” có ký tự không hợp lệ."
    return f"Trường “{shown}” dài quá 4.000 ký tự." if len(value) > _LONGEST else ""
