"""The mail of a notice: reference, state and link only; sent by SMTP or, without one, to a file."""

import smtplib
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTPUTF8
from email.utils import format_datetime
from html import escape
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.cases.models import Case
from app.config import Settings
from app.jobs import OutboxEntry
from app.notices.models import Notice, NoticeKind
from app.notices.wording import label

TIMEOUT_SECONDS = 20
JOB_PAGE = "/quan-tri/cong-viec"
OFFICE_PAGE = "/don-vi-toi"
OFFICE_KINDS = frozenset({NoticeKind.HANDED_OVER, NoticeKind.SUBSTITUTE})


@dataclass(frozen=True, slots=True)
class Letter:
    """What one mail carries; `number` is the outbox row, so that a second copy is recognised."""

    number: int
    to: str
    subject: str
    text: str
    link: str
    at: datetime
    locale: str


def letter_for(session: Session, notice_id: int, settings: Settings) -> Letter | None:
    """The mail that is still to be sent; None when it went out or nobody would read it."""
    notice = session.get(Notice, notice_id)
    user = session.get(User, notice.user_id) if notice else None
    if notice is None or user is None or notice.mailed_at is not None or not user.active:
        return None
    case = session.get(Case, notice.case_id) if notice.case_id else None
    own_page = OFFICE_PAGE if notice.kind in OFFICE_KINDS else JOB_PAGE
    path = f"/ho-so/{case.reference}" if case else own_page
    subject = f"{case.reference}: " if case else ""
    number = session.scalar(select(OutboxEntry.id).where(OutboxEntry.key == f"mail:{notice_id}"))
    return Letter(
        number=number or 0,
        to=user.email,
        subject=f"[Cột Mốc] {subject}{label(notice.kind, user.locale)}",
        text=notice.text_in(user.locale),
        link=f"{_home(settings)}{path}",
        at=notice.created_at,
        locale=user.locale,
    )


def deliver(letter: Letter, settings: Settings) -> None:
    """Hand the mail over; OSError or SMTPException when it could not be, to be tried again."""
    if not settings.mail_server:
        readable = compose(letter, settings, encoding="8bit").as_bytes(policy=SMTPUTF8)
        _write_file(readable, settings.mail_dir / f"{letter.number:09d}.eml")
        return
    message = compose(letter, settings)
    with smtplib.SMTP(settings.mail_server, settings.mail_port, timeout=TIMEOUT_SECONDS) as server:
        if settings.mail_use_tls:
            server.starttls()
        if settings.mail_username:
            server.login(settings.mail_username, settings.mail_password.get_secret_value())
        server.send_message(message)


def compose(letter: Letter, settings: Settings, *, encoding: str = "base64") -> EmailMessage:
    """Plain text with an HTML twin; the Message-ID is the same for every copy."""
    message = EmailMessage()
    message["Subject"] = letter.subject
    message["From"] = settings.mail_sender
    message["To"] = letter.to
    message["Date"] = format_datetime(letter.at)
    domain = settings.mail_sender.rpartition("@")[2]
    message["Message-ID"] = f"<outbox-{letter.number}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    closing = _CLOSING.get(letter.locale, _CLOSING["vi"])
    message.set_content(f"{letter.text}\n\n{letter.link}\n\n{closing}\n", cte=encoding)
    link = escape(letter.link)
    page = f'<p>{escape(letter.text)}</p>\n<p><a href="{link}">{link}</a></p>\n<p>{closing}</p>\n'
    message.add_alternative(page, subtype="html", cte=encoding)
    return message


_CLOSING = {
    "vi": "Thư tự động của hệ thống Cột Mốc, không trả lời thư này.",
    "en": "Automatic mail from Cột Mốc; please do not reply.",
}


def _home(settings: Settings) -> str:
    return settings.public_url.rstrip("/") or f"http://{settings.host}:{settings.port}"


def _write_file(content: bytes, path: Path) -> None:
    """Whole or not at all; the same mail again replaces itself."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_bytes(content)
    draft.replace(path)
