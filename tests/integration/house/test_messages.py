"""What templates say: in the language of the reader, with values that stay text."""

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale


@pytest.mark.parametrize(("locale", "said"), [("vi", "Đăng nhập"), ("en", "Sign in")])
def test_a_message_is_in_the_readers_language(app: Flask, locale: str, said: str) -> None:
    with app.test_request_context(), force_locale(locale):
        assert render_template_string("{{ _('Đăng nhập') }}") == said


def test_a_value_in_a_message_is_escaped(app: Flask) -> None:
    with app.test_request_context():
        said = render_template_string("{{ _('Mở %(name)s', name=name) }}", name="<b>x</b>")
    assert said == "Mở &lt;b&gt;x&lt;/b&gt;"


def test_a_percent_sign_is_written_twice_in_a_message(app: Flask) -> None:
    with app.test_request_context():
        assert render_template_string("{{ _('100%% xong') }}") == "100% xong"
