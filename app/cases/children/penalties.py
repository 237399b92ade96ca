"""What a sanction comes to: acts at the law of the violation's day, ranges, sums; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.workflow.text import Text

ORGANISATION = "organisation"
MILLION = Decimal(1_000_000)
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Penalty:
    """What a decree says of an act, between two days, in đồng for an individual."""

    id: int
    act_code: str
    act: str
    length_class: str
    decree: str
    clause: str
    fine_min: Decimal
    fine_max: Decimal
    repeat_min: Decimal | None = None
    repeat_max: Decimal | None = None
    organisation_factor: int = 2
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


@dataclass(frozen=True, slots=True)
class Violation:
    """When, by whom and with what vessel the law was broken."""

    on: date
    is_organisation: bool = False
    is_repeated: bool = False
    length_class: str = ""


@dataclass(frozen=True, slots=True)
class Fined:
    """One act of a sanction: how it is called, its amount, and the reason where that needs one."""

    act: str
    amount: Decimal
    penalty: Penalty | None = None
    reason: str = ""


def in_force(penalties: Iterable[Penalty], violation: Violation) -> list[Penalty]:
    """The rows that held on the day of the violation for a vessel of this length, by act."""
    return [
        one
        for one in penalties
        if one.holds_on(violation.on)
        and (not one.length_class or one.length_class == violation.length_class)
    ]


def range_of(penalty: Penalty, violation: Violation) -> tuple[Decimal, Decimal]:
    """The least and the most; an organisation pays as many times as the row says."""
    low, high = penalty.fine_min, penalty.fine_max
    if violation.is_repeated and penalty.repeat_min is not None and penalty.repeat_max is not None:
        low, high = penalty.repeat_min, penalty.repeat_max
    factor = penalty.organisation_factor if violation.is_organisation else 1
    return low * factor, high * factor


def warning_of(fined: Fined, violation: Violation) -> Text | None:
    """Why the amount needs a reason; None where it lies within what the decree says."""
    if fined.penalty is None:
        return Text(
            "chưa có khung trong bảng cho ngày vi phạm",
            "the table has no range for the day of the violation",
        )
    if not fined.penalty.holds_on(violation.on):
        return Text(
            f"{fined.penalty.decree} không có hiệu lực vào ngày vi phạm",
            f"{fined.penalty.decree} was not in force on the day of the violation",
        )
    low, high = range_of(fined.penalty, violation)
    if low <= fined.amount <= high:
        return None
    said = f"{in_millions(low)} – {in_millions(high)}"
    return Text(f"ngoài khung {said}", f"outside the range {said}")


def total(acts: Iterable[Fined]) -> Decimal:
    """Acts are fined one by one and added up."""
    return sum((one.amount for one in acts), NOTHING)


def changed_since(used: Penalty, penalties: Iterable[Penalty], *, on: date) -> Penalty | None:
    """The row for the same act and length that holds today, where it is not the one applied."""
    same = (
        one
        for one in penalties
        if one.act_code == used.act_code
        and one.length_class == used.length_class
        and one.holds_on(on)
        and one.id != used.id
    )
    return next(same, None)


def in_millions(amount: Decimal) -> str:
    """927.500.000 is “927,5 triệu đồng”; what is no round part of a million stays in đồng."""
    millions = amount / MILLION
    if amount >= MILLION and millions == round(millions, 3):
        whole, _, part = format(millions.normalize(), "f").partition(".")
        return f"{_grouped(whole)}{',' + part if part else ''} triệu đồng"
    return f"{_grouped(format(amount.to_integral_value(), 'f'))} đồng"


def _grouped(digits: str) -> str:
    return f"{int(digits):,}".replace(",", ".")


def acts_in_words(acts: Sequence[Fined]) -> str:
    """“900 triệu đồng + 25 triệu đồng = 925 triệu đồng”."""
    parts = " + ".join(in_millions(one.amount) for one in acts)
    return f"{parts} = {in_millions(total(acts))}" if len(acts) > 1 else parts
