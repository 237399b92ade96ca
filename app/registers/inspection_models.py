"""What is seen of the markers in the field: patrols, observations, and when the next is due."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, BigKey, IntPk, LongText, Moment, NameText, ShortText


class Inspection(Base):
    """One walk along a stretch, alone or with the other side; each marker seen is observed."""

    __tablename__ = "inspection"

    id: Mapped[IntPk]
    neighbour: Mapped[str] = mapped_column(ForeignKey("border_line.neighbour"), index=True)
    unit_id: Mapped[int] = mapped_column(index=True)
    unit_name: Mapped[NameText]
    is_joint: Mapped[bool] = mapped_column(default=False)
    partner_body: Mapped[NameText] = mapped_column(default="")
    began_on: Mapped[date] = mapped_column(index=True)
    ended_on: Mapped[date | None]
    route: Mapped[NameText]
    members_count: Mapped[int | None]
    partner_count: Mapped[int | None]
    note: Mapped[LongText] = mapped_column(default="")
    source: Mapped[LongText] = mapped_column(default="")
    is_illustration: Mapped[bool] = mapped_column(default=False)
    recorded_by: Mapped[int]
    recorded_name: Mapped[NameText]
    recorded_at: Mapped[Moment]


class InspectionMarker(Base):
    """A marker on the route of an inspection, whether it was seen or not."""

    __tablename__ = "inspection_marker"

    inspection_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("inspection.id", ondelete="CASCADE"), primary_key=True
    )
    marker_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("marker.id"), primary_key=True, index=True
    )


class Observation(Base):
    """How one marker was found on a day; never edited, a later one is added."""

    __tablename__ = "marker_observation"
    __table_args__ = (Index("ix_marker_observation_marker", "marker_id", "observed_on", "id"),)

    id: Mapped[IntPk]
    marker_id: Mapped[int] = mapped_column(ForeignKey("marker.id"))
    inspection_id: Mapped[int | None] = mapped_column(ForeignKey("inspection.id"), index=True)
    observed_on: Mapped[date]
    condition: Mapped[ShortText]
    remark: Mapped[LongText] = mapped_column(default="")
    unit_id: Mapped[int]
    unit_name: Mapped[NameText]
    recorded_by: Mapped[int]
    recorded_name: Mapped[NameText]
    recorded_at: Mapped[Moment]
    is_illustration: Mapped[bool] = mapped_column(default=False)

    photos: Mapped[list["ObservationPhoto"]] = relationship(order_by="ObservationPhoto.id")
    inspection: Mapped[Inspection | None] = relationship()


class ObservationPhoto(Base):
    """A photo of an observation; its bytes lie among the uploads under their own hash."""

    __tablename__ = "observation_photo"

    id: Mapped[IntPk]
    observation_id: Mapped[int] = mapped_column(ForeignKey("marker_observation.id"), index=True)
    file_name: Mapped[NameText]
    media_type: Mapped[NameText]
    size: Mapped[int]
    sha256: Mapped[ShortText]


class InspectionDue(Base):
    """When a marker was last seen and by when it must be seen again: kept for lists and the map."""

    __tablename__ = "inspection_due"
    __table_args__ = (Index("ix_inspection_due_due", "due_on", "marker_id"),)

    marker_id: Mapped[int] = mapped_column(BigKey, ForeignKey("marker.id"), primary_key=True)
    inspected_on: Mapped[date]
    due_on: Mapped[date | None]


class InspectionInterval(Base):
    """Within how many days a marker is seen again: per line and kind, with days and source.

    An empty `kind` holds for every kind of the line.
    """

    __tablename__ = "inspection_interval"
    __table_args__ = (Index("ix_inspection_interval_line", "neighbour", "kind"),)

    id: Mapped[IntPk]
    neighbour: Mapped[str] = mapped_column(String(2))
    kind: Mapped[ShortText] = mapped_column(default="")
    days: Mapped[int]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    check: Mapped[ShortText]
    source: Mapped[LongText]
    note: Mapped[LongText] = mapped_column(default="")
