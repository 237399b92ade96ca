"""Plays a case as its people would: each signs in, opens the form of a step and sends it."""

import re
from collections.abc import Callable, Mapping
from contextvars import Context
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.accounts.models import User
from app.cases.models import Case
from app.database import reading
from app.demonstration.people import demonstration_password
from app.demonstration.staff import Staff
from app.jobs import OutboxEntry, OutboxState
from workers.runner import run_outbox

Said = str | list[str] | bool | int
_PAPERS = {
    "pdf": b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n",
    "png": bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c6260606060000000050001a5f645400000000049454e44ae426082"
    ),
}
_TAGS = re.compile(r"<[^>]+>|\s+")
_SAID = re.compile(
    r'<(\w+)[^>]*class="[^"]*(?:field-error|banner-danger|error-summary)[^"]*".*?</\1>', re.DOTALL
)


@dataclass
class SentForm:
    """What a browser would send back unchanged, and which of its fields take files."""

    actions: list[str] = field(default_factory=list)  # its own, and those of its buttons
    values: dict[str, list[str]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    """The forms of a page that are sent by POST."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[SentForm] = []
        self._form: SentForm | None = None
        self._text: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            is_sent = said.get("method", "").lower() == "post"
            self._form = SentForm([said.get("action", "")]) if is_sent else None
            self.forms += [self._form] if self._form else []
        elif self._form is not None:
            self._inside(tag, said, self._form)

    def _inside(self, tag: str, said: Mapping[str, str], form: SentForm) -> None:
        name = said.get("name", "")
        if tag in ("textarea", "select") and name:
            form.names.add(name)
            self._text, self._select = (name, None) if tag == "textarea" else (None, name)
        elif tag == "button":
            form.names |= {name} if name else set()
            form.actions += [said["formaction"]] if "formaction" in said else []
        elif tag == "option" and self._select and "selected" in said:
            form.values.setdefault(self._select, []).append(said.get("value", ""))
        elif tag == "input" and name:
            self._input(name, said, form)

    def _input(self, name: str, said: Mapping[str, str], form: SentForm) -> None:
        kind = said.get("type", "text")
        form.names.add(name)
        if kind == "file":
            form.files.add(name)
        elif kind not in ("checkbox", "radio", "submit") or "checked" in said:
            form.values.setdefault(name, []).append(said.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._text and self._form is not None:
            self._form.values.setdefault(self._text, []).append(data.strip())

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag in ("textarea", "select"):
            self._text = self._select = None


def forms_to(html: str, action: str) -> list[tuple[str, SentForm]]:
    """The forms of a page that may be sent to this address, which may be an expression."""
    reader = _Reader()
    reader.feed(html)
    sent = [(place, one) for one in reader.forms for place in one.actions]
    return [(place, one) for place, one in sent if re.fullmatch(action, place)]


def form_with(html: str, *names: str) -> SentForm:
    """The form of a page that has these fields, or most of them."""
    reader = _Reader()
    reader.feed(html)
    return max(reader.forms, key=lambda one: (len(one.names & {*names}), len(one.names)))


@dataclass
class Desk:
    """One person at a browser."""

    player: "Player"
    client: FlaskClient
    who: str

    def opens(self, type_code: str, **answers: Said) -> str:
        """A new case by its form; its reference."""
        place = self._sent(f"/ho-so/mo/{type_code}", answers)
        return place.partition("?")[0].rpartition("/")[2]

    def takes(self, reference: str, step: str, **answers: Said) -> str:
        """A step by its form; the state that the case is in then."""
        self._sent(f"/ho-so/{reference}/chuyen/{step}", answers)
        return self.player.state(reference)

    def records(self, reference: str, event: str, **answers: Said) -> None:
        self._sent(f"/ho-so/{reference}/su-kien/{event}", answers)

    def notes(self, reference: str, text: str, *, kind: str = "ghi-chu", number: str = "") -> None:
        page = self.page(f"/ho-so/{reference}")
        self._send(
            f"/ho-so/{reference}/ghi",
            form_with(page, "text"),
            {"text": text, "kind": kind, "number": number},
        )

    def ticks(self, reference: str) -> None:
        """What is still to be done in this state, as far as this person may say so."""
        page = self.page(f"/ho-so/{reference}")
        for code in re.findall(rf'action="/ho-so/{reference}/viec/([\w-]+)"', page):
            form = form_with(page, "xong")
            self._send(f"/ho-so/{reference}/viec/{code}", form, {"xong": "1"})

    def fills(self, path: str, **answers: Said) -> str:
        """A form that is sent to the address of its own page; where one comes to."""
        return self._send(path, form_with(self.page(path), *answers), answers)

    def presses(self, path: str, action: str, **answers: Said) -> str:
        """The form of a page that is sent to another address; where one comes to."""
        found = forms_to(self.page(path), action)
        assert found, f"{self.who} finds nothing on {path} that goes to {action}"
        return self._send(*found[0], answers)

    def page(self, path: str) -> str:
        answer = _apart(self.client.get, path)
        assert answer.status_code == 200, f"{self.who} gets {answer.status_code} for {path}"
        return answer.text

    def client_status(self, reference: str) -> int:
        """How the product answers when this person opens the case."""
        return _apart(self.client.get, f"/ho-so/{reference}").status_code

    def _sent(self, path: str, answers: Mapping[str, Said]) -> str:
        return self._send(path, form_with(self.page(path), "version", *answers), answers)

    def _send(self, path: str, form: SentForm, answers: Mapping[str, Said]) -> str:
        unknown = answers.keys() - form.names
        assert not unknown, f"{self.who} finds no field {unknown} on {path}: {form.names}"
        said: dict[str, object] = {**form.values}
        for name, value in answers.items():
            is_file = name in form.files
            said[name] = _paper(str(value)) if is_file else _typed(value)
        answer = _apart(self.client.post, path, data=said, content_type="multipart/form-data")
        said_back = f"{self.who}, {path}: {answer.status_code} {_complaints(answer.text)}"
        assert answer.status_code in (302, 303), said_back
        self.player.lets_jobs_run()
        return answer.headers["Location"]


class Player:
    """The product with its demonstration, and the people at their desks."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._desks: dict[str, Desk] = {}
        self._seen = reading().scalar(select(func.max(OutboxEntry.id))) or 0

    def at(self, who: str) -> Desk:
        """The desk of "NV80 foreign_affairs_officer" or "TS91 fisheries_officer 2"."""
        if who not in self._desks:
            session = reading()
            user = session.get_one(User, Staff(session).named(who).user_id)
            client = self._app.test_client()
            form = form_with(_apart(client.get, "/dang-nhap").text, "password")
            own = {"email": [user.username], "password": [demonstration_password()]}
            answer = _apart(client.post, "/dang-nhap", data={**form.values, **own})
            assert answer.status_code == 302
            self._desks[who] = Desk(self, client, who)
        return self._desks[who]

    def case(self, reference: str) -> Case:
        session = reading()
        session.rollback()
        return session.scalars(select(Case).where(Case.reference == reference)).one()

    def state(self, reference: str) -> str:
        return self.case(reference).state

    def imports(self, kind: str, path: Path, *, user: str) -> None:
        """A list that somebody brings with the command of the operators."""
        args = ["import", kind, str(path), "--user", user]
        result = Context().run(self._app.test_cli_runner().invoke, args=args)
        assert result.exit_code == 0, result.output
        self.lets_jobs_run()

    def lets_jobs_run(self) -> None:
        """What the workers would do meanwhile: units are told, side cases opened."""
        session = reading()
        session.rollback()
        waiting = session.scalars(
            select(OutboxEntry.id)
            .where(OutboxEntry.id > self._seen, OutboxEntry.state == OutboxState.PENDING)
            .order_by(OutboxEntry.id)
        ).all()
        for entry_id in waiting:
            run_outbox(entry_id)
            self._seen = entry_id


def _apart(ask: Callable[..., TestResponse], path: str, **how: object) -> TestResponse:
    """A request of its own: none of what the test or another person has open reaches it."""
    return Context().run(ask, path, **how)


def _paper(name: str) -> tuple[BytesIO, str]:
    return BytesIO(_PAPERS[name.rpartition(".")[2]]), name


def _typed(value: Said) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, list) else str(value)


def _complaints(html: str) -> str:
    html = html.partition("<main")[2].partition("<template")[0]
    found = [unescape(_TAGS.sub(" ", one[0])) for one in _SAID.finditer(html)]
    return " | ".join(" ".join(one.split()) for one in found) or _TAGS.sub(" ", html)[:600]
