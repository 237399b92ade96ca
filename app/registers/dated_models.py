"""Rules that change by decision and stay with their days and sources: axes, distances."""

from datetime import date

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, IntPk, LongText, NameText, ShortText


class ProvincialAxis(Base):
    """The central meridian of the maps of a province, as an office keeps it.

    `province_code` is the province of today, `former_code` and `province` the one that drew the
    maps; `system` is the VN-2000 system of the axis.
    """

    __tablename__ = "provincial_axis"
    __table_args__ = (Index("ix_provincial_axis_province", "province_code", "valid_from"),)

    id: Mapped[IntPk]
    province_code: Mapped[str] = mapped_column(String(2))
    former_code: Mapped[str] = mapped_column(String(2))
    province: Mapped[NameText]
    system: Mapped[ShortText]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    check: Mapped[ShortText]
    source: Mapped[LongText]


class DistanceRule(Base):
    """How near to a line an activity needs the other side or the border guard, and who says so.

    An empty `province_code` holds for the whole line; a belt by provincial decision names its
    province, and in `stretch` where it holds.
    """

    __tablename__ = "distance_rule"
    __table_args__ = (Index("ix_distance_rule_line", "neighbour", "activity"),)

    id: Mapped[IntPk]
    neighbour: Mapped[str] = mapped_column(String(2))
    activity: Mapped[ShortText]
    metres: Mapped[int]
    province_code: Mapped[str | None] = mapped_column(String(2))
    stretch: Mapped[NameText] = mapped_column(default="")
    treaty: Mapped[NameText]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    check: Mapped[ShortText]
    source: Mapped[LongText]
    note: Mapped[LongText] = mapped_column(default="")
