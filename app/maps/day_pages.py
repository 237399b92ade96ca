"""What the map says of its day: the date control, the day's provinces, two days side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.jobs import utc_now
from app.maps.features import Asked
from app.maps.pages import Json, answer_as_json, tone_names
from app.maps.past import Count, Past, features_on, first_day, then_of
from app.maps.past_cases import LASTING_TABS, MOST_CASES
from app.permissions import Actor
from app.registers.days import COMPARED, Day, read_day
from app.registers.models import Stage
from app.registers.packs import pack_if_installed
from app.registers.units_on import province_map
from app.registers.vocabulary import word


@dataclass(frozen=True, slots=True)
class Days:
    """The day that the map shows, and the one that it is compared with."""

    day: Day
    compared: Day | None

    @property
    def is_now(self) -> bool:
        """Whether the live map answers: today, and beside no other day."""
        return not self.day.is_past and self.compared is None


def read_days(actor: Actor, arguments: MultiDict[str, str]) -> Days:
    today = actor.day(utc_now())
    compared = None
    if arguments.get(COMPARED, "").strip():
        compared = read_day(arguments, today, name=COMPARED)
        compared = None if compared.is_misread else compared
    return Days(read_day(arguments, today), compared)


def day_settings(session: Session, days: Days) -> Json:
    """What the date control needs: how far back it goes, and its words."""
    first = first_day(session)
    return {
        "today": days.day.today.isoformat(),
        "firstYear": first.year if first else days.day.today.year,
        "provincesToday": province_map(session, days.day.today).names,
        "words": {
            "today": _("Hôm nay"),
            "play": _("Chạy qua các năm"),
            "pause": _("Dừng"),
            "next": _("Cuối năm sau"),
            "previous": _("Cuối năm trước"),
            "then": _("Ngày %(day)s:", day="{day}"),
            "absent": _("chưa có"),
            "total": _("Cộng"),
            "change": _("Thay đổi"),
            "compared": _("So hai ngày trong khung nhìn"),
            "kind": _("Đối tượng"),
        },
    }


def provinces_of_day(session: Session, days: Days) -> list[tuple[str, str]]:
    """The provinces to choose from: those of the day that is shown, by name."""
    names = province_map(session, days.day.on).names
    return sorted(names.items(), key=lambda pair: pair[1])


def past_features(session: Session, actor: Actor, asked: Asked, days: Days) -> Json:
    """The answer of a view on its day, as JSON."""
    pack = pack_if_installed()
    then = then_of(session, actor, days.day.on, pack)
    compared = then_of(session, actor, days.compared.on, pack) if days.compared else None
    past = features_on(session, actor, asked, then=then, compared=compared, now=utc_now())
    said = answer_as_json(past.answer)
    remarks = [said["notice"], *_remarks(past, asked)]
    return {
        **said,
        "notice": " ".join(filter(None, remarks)),
        "day": {
            "on": days.day.on.isoformat(),
            "isPast": days.day.is_past,
            "said": _said(past) if days.day.is_past else "",
            "provinces": past.then.provinces.names,
        },
        "compared": _compared(past.counts, days, actor.locale) if days.compared else None,
    }


def _said(past: Past) -> str:
    day, map_day = past.then.on, past.then.provinces.day
    facts = {"day": format_date(day, "dd/MM/yyyy"), "count": len(past.then.provinces.names)}
    sentence: str
    if day == map_day:
        sentence = _("Tình trạng ngày %(day)s, theo %(count)s tỉnh, thành phố của ngày đó", **facts)
    else:
        sentence = _(
            "Tình trạng ngày %(day)s, theo %(count)s tỉnh, thành phố của ngày %(map_day)s",
            map_day=format_date(map_day, "dd/MM/yyyy"),
            **facts,
        )
    return sentence


def _remarks(past: Past, asked: Asked) -> Sequence[str]:
    remarks = []
    if past.has_too_many_cases:
        remarks.append(
            _(
                "Khung nhìn có hơn %(count)s hồ sơ: tình trạng ngày đã qua chỉ tính được khi "
                "ít hơn. Hãy phóng to hoặc lọc bớt.",
                count=f"{MOST_CASES:,}".replace(",", "."),
            )
        )
    if asked.cases is not None and asked.cases.tab not in LASTING_TABS:
        remarks.append(_("Nhóm hồ sơ đã chọn chỉ có nghĩa ở hôm nay; bản đồ đang tính mọi hồ sơ."))
    return remarks


def _compared(counts: Sequence[Count] | None, days: Days, locale: str) -> Json:
    assert days.compared is not None  # noqa: S101  asked only where there is one
    rows = sorted(counts or (), key=lambda one: (one.group != "marker", _place(one)))
    return {
        "on": days.compared.on.isoformat(),
        "rows": [
            {"name": _name(one, locale), "group": one.group, "then": one.then, "now": one.now}
            for one in rows
        ],
    }


def _place(count: Count) -> int:
    order = list(Stage) if count.group == "marker" else list(tone_names())
    return [str(code) for code in order].index(count.code) if count.code in order else len(order)


def _name(count: Count, locale: str) -> str:
    said: str
    if count.group == "marker":
        said = _("Mốc: %(stage)s", stage=word("stage", count.code, locale))
    else:
        said = _("Hồ sơ: %(tone)s", tone=tone_names()[count.code])
    return said
