"""The mail of a notice."""

from datetime import UTC, datetime
from pathlib import Path

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
