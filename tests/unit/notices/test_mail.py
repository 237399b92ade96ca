"""The mail of a notice."""

import socketserver
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest

from app.config import Settings
from app.notices.mail import Letter, compose, deliver

LETTER = Letter(
    number=42,
    to="lan@example.vn",
    subject="[Cột Mốc] BG-2026-DBP-LP-00001: Giao việc",
    text="Bạn được giao xử lý: <Vụ việc> & “biên giới”.",
    link="https://cotmoc.example.vn/ho-so/BG-2026-DBP-LP-00001",
    at=datetime(2026, 11, 22, 3, 0, tzinfo=UTC),
    locale="vi",
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.model_validate(
        {"environment": "test", "instance_dir": tmp_path, "mail_sender": "cot-moc@bng.vn"}
    )


def test_every_copy_has_the_same_message_id(settings: Settings) -> None:
    first, second = compose(LETTER, settings), compose(LETTER, settings)
    assert first["Message-ID"] == second["Message-ID"] == "<outbox-42@bng.vn>"


def test_the_mail_holds_text_link_and_html_twin(settings: Settings) -> None:
    message = compose(LETTER, settings)
    plain = message.get_body(("plain",))
    html = message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert LETTER.text in plain.get_content()
    assert LETTER.link in plain.get_content()
    assert "&lt;Vụ việc&gt; &amp;" in html.get_content()


def test_without_a_server_each_mail_is_one_file(settings: Settings) -> None:
    deliver(LETTER, settings)
    deliver(LETTER, settings)
    (path,) = settings.mail_dir.iterdir()
    assert path.name == "000000042.eml"
    assert LETTER.text in path.read_text(encoding="utf-8")


def test_a_line_break_in_a_subject_is_refused(settings: Settings) -> None:
    broken = Letter(1, "a@b.vn", "x\nBcc: y@z.vn", "", "", LETTER.at, "vi")
    with pytest.raises(ValueError, match="linefeed"):
        compose(broken, settings)


ANSWERS = {"data": b"354 go on", "quit": b"221 goodbye", "QUIT": b"221 goodbye"}


class MailServer(socketserver.StreamRequestHandler):
    """Says yes to every command and keeps what was sent."""

    received: ClassVar[list[str]] = []

    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        is_data = False
        for raw in self.rfile:
            line = raw.decode().rstrip("\r\n")
            self.received.append(line)
            if not is_data or line == ".":
                self.wfile.write(ANSWERS.get(line, b"250 fine") + b"\r\n")
                is_data = line == "data"


def test_with_a_server_the_mail_goes_there(settings: Settings) -> None:
    MailServer.received.clear()
    with socketserver.TCPServer(("127.0.0.1", 0), MailServer) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        host, port = server.server_address[:2]
        asked = settings.model_copy(update={"mail_server": host, "mail_port": port})
        deliver(LETTER, asked)
    assert "rcpt TO:<lan@example.vn>" in MailServer.received
    assert "Message-ID: <outbox-42@bng.vn>" in MailServer.received
    assert not settings.mail_dir.exists()


def test_a_server_that_is_away_is_an_error_to_be_tried_again(settings: Settings) -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), MailServer) as server:
        port = server.server_address[1]
    away = settings.model_copy(update={"mail_server": "127.0.0.1", "mail_port": port})
    with pytest.raises(OSError, match="refused"):
        deliver(LETTER, away)
