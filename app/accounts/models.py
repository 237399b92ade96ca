"""Who acts and where from: units with their validity, users, roles, and the working calendar."""

import uuid
from datetime import date
from enum import StrEnum

from flask_security.core import UserMixin, WebAuthnMixin
from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, IntPk, JsonColumn, JsonList, LongText, Moment, NameText, ShortText


class UnitKind(StrEnum):
    """What a unit is; the area of its people follows from it."""

    MINISTRY = "ministry"
    DEPARTMENT = "department"
    FUND = "fund"
    PROVINCE = "province"
    PROVINCE_AGENCY = "province_agency"
    BORDER_COMMAND = "border_command"
    BORDER_STATION = "border_station"
    COMMUNE = "commune"
    FISHERIES_OFFICE = "fisheries_office"
    POLICE = "police"
    MISSION = "mission"


class Unit(Base):
    """An organisation or administrative unit; `valid_to` is its last day, None = in force.

    A code may be used again after a merger (52 was Bình Định, then Gia Lai), so a unit is found
    by kind, code and day.
    """

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("kind", "code", "valid_from"),
        Index("ix_unit_kind_valid", "kind", "valid_from", "valid_to"),
    )

    id: Mapped[IntPk]
    code: Mapped[ShortText] = mapped_column(index=True)
    name: Mapped[NameText]
    short_name: Mapped[NameText]
    name_en: Mapped[NameText] = mapped_column(default="")
    name_fold: Mapped[NameText] = mapped_column(default="")
    kind: Mapped[ShortText]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    province_code: Mapped[str | None] = mapped_column(String(8), index=True)
    country_code: Mapped[str | None] = mapped_column(String(2), index=True)
    covered_country_codes: Mapped[JsonList] = mapped_column(default=list)
    time_zone: Mapped[ShortText] = mapped_column(default="Asia/Ho_Chi_Minh")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    basis: Mapped[LongText] = mapped_column(default="")
    status: Mapped[ShortText] = mapped_column(default="")

    parent: Mapped["Unit | None"] = relationship(foreign_keys=[parent_id], remote_side="Unit.id")
    successor: Mapped["Unit | None"] = relationship(
        foreign_keys=[successor_id], remote_side="Unit.id"
    )

    def is_in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class Role(Base):
    """A bundle of permissions under an official name; data, not code."""

    __tablename__ = "role"

    id: Mapped[IntPk]
    code: Mapped[ShortText] = mapped_column(unique=True)
    name_vi: Mapped[NameText]
    name_en: Mapped[NameText]
    level: Mapped[ShortText]
    permissions: Mapped[JsonList]
    is_leader: Mapped[bool] = mapped_column(default=False)
    lands_on: Mapped[ShortText] = mapped_column(default="queue")


class User(Base, UserMixin):
    """A named person; the columns with tf_, fs_ and mf_ are what Flask-Security asks for."""

    __tablename__ = "user_account"

    id: Mapped[IntPk]
    username: Mapped[ShortText] = mapped_column(unique=True)
    email: Mapped[NameText] = mapped_column(unique=True)
    name: Mapped[NameText]
    name_fold: Mapped[NameText] = mapped_column(default="")
    position: Mapped[NameText] = mapped_column(default="")
    password: Mapped[str | None] = mapped_column(String(255))
    password_changed_at: Mapped[Moment | None]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str] = mapped_column(String(5), default="vi")
    time_zone: Mapped[str | None] = mapped_column(String(64))
    main_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    created_at: Mapped[Moment]

    last_login_at: Mapped[Moment | None]  # type: ignore[assignment]  # None: never yet
    current_login_at: Mapped[Moment | None]  # type: ignore[assignment]  # None: never yet
    last_login_ip: Mapped[str | None] = mapped_column(String(64))
    current_login_ip: Mapped[str | None] = mapped_column(String(64))
    login_count: Mapped[int] = mapped_column(default=0)

    fs_uniquifier: Mapped[ShortText] = mapped_column(unique=True, default=lambda: uuid.uuid4().hex)
    fs_webauthn_user_handle: Mapped[ShortText] = mapped_column(
        unique=True, default=lambda: uuid.uuid4().hex
    )
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_phone_number: Mapped[str | None] = mapped_column(String(128))
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(
        MutableList.as_mutable(JsonColumn.copy())
    )

    assignments: Mapped[list["UserRole"]] = relationship(
        back_populates="user", cascade="all, delete-orphan", order_by="UserRole.id"
    )
    webauthn: Mapped[list[WebAuthnMixin]] = relationship(
        "Passkey", back_populates="user", cascade="all, delete-orphan"
    )

    @property
    def has_second_factor(self) -> bool:
        return bool(self.tf_primary_method) or bool(self.webauthn)


class UserRole(Base):
    """A user holds a role for a unit."""

    __tablename__ = "user_role"
    __table_args__ = (UniqueConstraint("user_id", "role_id", "unit_id"),)

    id: Mapped[IntPk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    role_id: Mapped[int] = mapped_column(ForeignKey("role.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)

    user: Mapped[User] = relationship(back_populates="assignments")
    role: Mapped[Role] = relationship(lazy="joined")
    unit: Mapped[Unit] = relationship(lazy="joined")


class Passkey(Base, WebAuthnMixin):
    """A registered passkey, in the shape that Flask-Security asks for."""

    __tablename__ = "passkey"

    id: Mapped[IntPk]
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[ShortText]
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JsonColumn.copy()))
    backup_state: Mapped[bool] = mapped_column(default=False)
    device_type: Mapped[ShortText]
    extensions: Mapped[str | None] = mapped_column(String(255))
    usage: Mapped[ShortText]
    create_datetime: Mapped[Moment | None]
    lastuse_datetime: Mapped[Moment]

    user: Mapped[User] = relationship(back_populates="webauthn")


class SignInAttempt(Base):
    """One attempt to sign in: the trace of sign-ins, and what the throttle counts."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_account_at", "account", "at"),
        Index("ix_sign_in_attempt_address_at", "address", "at"),
    )

    id: Mapped[IntPk]
    at: Mapped[Moment]
    account: Mapped[NameText]
    address: Mapped[ShortText]
    is_success: Mapped[bool] = mapped_column(default=False)


class HeldForm(Base):
    """What was typed when a session expired, encrypted, kept for its author to send again."""

    __tablename__ = "held_form"

    id: Mapped[IntPk]
    token: Mapped[ShortText] = mapped_column(unique=True, default=lambda: uuid.uuid4().hex)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    path: Mapped[LongText]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    lost_files: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Moment] = mapped_column(index=True)


class ApiToken(Base):
    """A key by which a person's programs read as that person; of the key only its hash is kept.

    One that `may_send` also sends facts to the addresses made for that.
    """

    __tablename__ = "api_token"

    id: Mapped[IntPk]
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[NameText]
    hash: Mapped[ShortText] = mapped_column(unique=True)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    last_used_at: Mapped[Moment | None]
    revoked_at: Mapped[Moment | None]
    may_send: Mapped[bool] = mapped_column(default=False)

    user: Mapped[User] = relationship()
    unit: Mapped[Unit] = relationship()


class CalendarDay(Base):
    """A day that departs from the week, with how sure it is and where it is written.

    `calendar` is a country (ISO A2) or a single unit ("u12"); `ends_at` is the end of a half day.
    """

    __tablename__ = "calendar_day"
    __table_args__ = (UniqueConstraint("calendar", "day"),)

    id: Mapped[IntPk]
    calendar: Mapped[ShortText]
    day: Mapped[date]
    kind: Mapped[ShortText]
    name: Mapped[NameText]
    status: Mapped[ShortText]
    basis: Mapped[LongText] = mapped_column(default="")
    ends_at: Mapped[str | None] = mapped_column(String(5))


class WorkWeek(Base):
    """From a day on: the free weekdays and closing hour of a country or a unit; only added to.

    A weekend or an hour that is left out stays as the calendar has it otherwise.
    """

    __tablename__ = "work_week"
    __table_args__ = (UniqueConstraint("calendar", "valid_from"),)

    id: Mapped[IntPk]
    calendar: Mapped[ShortText]
    valid_from: Mapped[date]
    weekend: Mapped[str | None] = mapped_column(String(7))  # weekday numbers, Monday is 0: "56"
    cut_off: Mapped[str | None] = mapped_column(String(5))
    status: Mapped[ShortText]
    basis: Mapped[LongText]
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[int]
