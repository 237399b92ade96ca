"""The pyramid: how many cases lie in each square of the map, counted before anyone asks."""

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Moment, ShortText


class MapCell(Base):
    """The cases that are alike, in one square of one level, as one build counted them.

    `cell` is the Z-order key of the square; the sums of degrees (EPSG:4326) give the middle of
    its cases, `sample_id` one of them. A plain row tells only types and states apart; the others
    also tell who owns a case and where it lies, owners on the coarse levels only. What is not told
    apart is the empty text or 0.
    """

    __tablename__ = "map_cell"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  SQLAlchemy reads it as it is

    build: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    is_plain: Mapped[bool] = mapped_column(primary_key=True)
    cell: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    type_code: Mapped[ShortText] = mapped_column(primary_key=True)
    state: Mapped[ShortText] = mapped_column(primary_key=True)
    state_kind: Mapped[ShortText] = mapped_column(primary_key=True)
    is_open: Mapped[bool] = mapped_column(primary_key=True)
    is_normal: Mapped[bool] = mapped_column(primary_key=True)
    province_code: Mapped[str] = mapped_column(String(2), primary_key=True)
    country_code: Mapped[str] = mapped_column(String(2), primary_key=True)
    neighbour: Mapped[str] = mapped_column(String(2), primary_key=True)
    owner_unit_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    n: Mapped[int]
    sum_lat: Mapped[float]
    sum_lon: Mapped[float]
    sample_id: Mapped[int] = mapped_column(BigInteger)


class MapBuild(Base):
    """The build of a pyramid that is in use: over how many cases, and up to which change."""

    __tablename__ = "map_build"

    name: Mapped[ShortText] = mapped_column(primary_key=True)
    build: Mapped[int]
    built_at: Mapped[Moment]
    seen_until: Mapped[Moment]
    cases: Mapped[int]
