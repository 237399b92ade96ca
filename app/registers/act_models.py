"""What both sides sign: surveys, sketches, minutes and acceptances, and what each side says."""

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, BigKey, IntPk, LongText, Moment, NameText, ShortText
from app.registers.models import Marker, Side


class JointAct(Base):
    """A paper of two sides in two languages; it binds once both have signed it."""

    __tablename__ = "joint_act"
    __table_args__ = (Index("ix_joint_act_line", "neighbour", "held_on"),)

    id: Mapped[IntPk]
    neighbour: Mapped[str] = mapped_column(ForeignKey("border_line.neighbour"))
    kind: Mapped[ShortText]
    number: Mapped[NameText] = mapped_column(default="")
    held_on: Mapped[date]
    place: Mapped[NameText] = mapped_column(default="")
    title: Mapped[NameText]
    text: Mapped[LongText] = mapped_column(default="")
    other_language: Mapped[ShortText]
    other_title: Mapped[NameText] = mapped_column(default="")
    other_text: Mapped[LongText] = mapped_column(default="")
    our_name: Mapped[NameText] = mapped_column(default="")
    our_title: Mapped[NameText] = mapped_column(default="")
    our_unit: Mapped[NameText] = mapped_column(default="")
    our_signed_on: Mapped[date | None]
    their_name: Mapped[NameText] = mapped_column(default="")
    their_title: Mapped[NameText] = mapped_column(default="")
    their_body: Mapped[NameText] = mapped_column(default="")
    their_signed_on: Mapped[date | None]
    source: Mapped[LongText] = mapped_column(default="")
    is_illustration: Mapped[bool] = mapped_column(default=False)
    recorded_by: Mapped[int]
    recorded_name: Mapped[NameText]
    recorded_at: Mapped[Moment]

    files: Mapped[list["JointActFile"]] = relationship(order_by="JointActFile.id")

    @property
    def missing_sides(self) -> tuple[Side, ...]:
        """The sides that have not signed: a name and a day make a signature."""
        missing = []
        if not (self.our_name and self.our_signed_on):
            missing.append(Side.VIETNAM)
        if not (self.their_name and self.their_signed_on):
            missing.append(Side.NEIGHBOUR)
        return tuple(missing)

    @property
    def is_signed(self) -> bool:
        return not self.missing_sides


class JointActMarker(Base):
    """A marker that an act concerns."""

    __tablename__ = "joint_act_marker"

    act_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("joint_act.id", ondelete="CASCADE"), primary_key=True
    )
    marker_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("marker.id"), primary_key=True, index=True
    )


class JointActFile(Base):
    """The scan of an act; its bytes lie among the uploads under their own hash."""

    __tablename__ = "joint_act_file"

    id: Mapped[IntPk]
    act_id: Mapped[int] = mapped_column(ForeignKey("joint_act.id"), index=True)
    file_name: Mapped[NameText]
    media_type: Mapped[NameText]
    size: Mapped[int]
    sha256: Mapped[ShortText]


class MarkerClaim(Base):
    """What one side says of a marker, or what both agreed by an act; the newest of a side holds."""

    __tablename__ = "marker_claim"
    __table_args__ = (Index("ix_marker_claim_marker", "marker_id", "field", "party", "id"),)

    id: Mapped[IntPk]
    marker_id: Mapped[int] = mapped_column(ForeignKey("marker.id"))
    field: Mapped[ShortText]
    party: Mapped[ShortText]
    value: Mapped[NameText]
    number: Mapped[float | None]  # metres, where the field is measured in metres
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    said_on: Mapped[date]
    source: Mapped[LongText]
    act_id: Mapped[int | None] = mapped_column(ForeignKey("joint_act.id"), index=True)
    recorded_by: Mapped[int]
    recorded_name: Mapped[NameText]
    recorded_at: Mapped[Moment]


class Discrepancy(Base):
    """A value on which the two sides differ, until a joint act settles it."""

    __tablename__ = "discrepancy"
    __table_args__ = (Index("ix_discrepancy_open", "settled_on", "marker_id", "field"),)

    id: Mapped[IntPk]
    marker_id: Mapped[int] = mapped_column(ForeignKey("marker.id"), index=True)
    field: Mapped[ShortText]
    ours_id: Mapped[int] = mapped_column(ForeignKey("marker_claim.id"))
    theirs_id: Mapped[int] = mapped_column(ForeignKey("marker_claim.id"))
    metres: Mapped[float | None]
    owes_answer: Mapped[ShortText]  # the side that spoke first owes the next word
    opened_on: Mapped[date]
    settled_on: Mapped[date | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("joint_act.id"))
    agreed_id: Mapped[int | None] = mapped_column(ForeignKey("marker_claim.id"))

    marker: Mapped[Marker] = relationship()
    ours: Mapped[MarkerClaim] = relationship(foreign_keys=[ours_id])
    theirs: Mapped[MarkerClaim] = relationship(foreign_keys=[theirs_id])
    agreed: Mapped[MarkerClaim | None] = relationship(foreign_keys=[agreed_id])
    settled_by: Mapped[JointAct | None] = relationship()
