"""The macros over real forms: labels, help, errors and the summary that links to each field."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask, render_template_string
from flask_babel import Babel
from werkzeug.datastructures import MultiDict
from wtforms import Form, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag 3.3
from wtforms.validators import InputRequired

from app.delivery import symbols_address
from app.web import csrf, format_number

FORMS = '{% from "macros/forms.html" import error_summary, field, form_tag %}'
LISTS = '{% from "macros/lists.html" import pager, table, url_with %}'


class IncidentForm(Form):
    title = StringField("Tiêu đề", [InputRequired("Hãy ghi tiêu đề.")], description="Ngắn gọn.")
    kind = RadioField(
        "Loại",
        [InputRequired("Hãy chọn loại.")],
        choices=[SelectChoice("a", "Xâm canh"), SelectChoice("b", "Vượt biên")],
    )
    forces = SelectMultipleField(
        "Lực lượng", choices=[SelectChoice("1", "Biên phòng"), SelectChoice("2", "Dân quân")]
    )
    text = TextAreaField("Diễn biến")


@pytest.fixture
def house() -> Iterator[Flask]:
    app = Flask("app")
    app.config.update(SECRET_KEY="only for this test", WTF_CSRF_ENABLED=True)
    app.jinja_env.filters["number"] = format_number
    app.jinja_env.globals["symbols_address"] = symbols_address
    Babel(app, default_locale="vi")
    csrf.init_app(app)
    app.add_url_rule("/ho-so", "cases.queue", lambda: "")
    with app.test_request_context("/ho-so?trang-thai=mo&trang-thai=cho&sap-xep=han"):
        yield app


def _refused_form() -> IncidentForm:
    form = IncidentForm(MultiDict({"forces": "2"}))
    form.validate()
    return form


@pytest.mark.usefixtures("house")
def test_summary_links_to_every_field_in_error() -> None:
    drawn = render_template_string(FORMS + "{{ error_summary(form) }}", form=_refused_form())
    assert re.findall(r'href="#(\w+)">([^<]+)<', drawn) == [
        ("title", "Tiêu đề: Hãy ghi tiêu đề."),
        ("kind", "Loại: Hãy chọn loại."),
    ]


@pytest.mark.usefixtures("house")
def test_form_without_errors_draws_no_summary() -> None:
    form = IncidentForm()
    assert render_template_string(FORMS + "{{ error_summary(form) }}", form=form).strip() == ""


@pytest.mark.usefixtures("house")
def test_field_is_described_by_its_help_and_its_error() -> None:
    drawn = render_template_string(FORMS + "{{ field(form.title) }}", form=_refused_form())
    assert 'aria-describedby="title-help title-error"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'id="title-error"' in drawn


@pytest.mark.usefixtures("house")
def test_choices_keep_what_was_chosen() -> None:
    drawn = render_template_string(FORMS + "{{ field(form.forces) }}", form=_refused_form())
    assert re.findall(r'value="(\w)" id="forces-\d"( checked)?', drawn) == [
        ("1", ""),
        ("2", " checked"),
    ]


@pytest.mark.usefixtures("house")
def test_post_form_carries_its_token_and_its_draft() -> None:
    drawn = render_template_string(
        FORMS + '{% call form_tag("/ho-so", draft="case-new") %}{% endcall %}'
    )
    assert re.search(r'name="csrf_token" value="[^"]+"', drawn)
    assert 'data-draft="case-new"' in drawn


@pytest.mark.usefixtures("house")
def test_hostile_title_is_escaped_in_a_field_label() -> None:
    form = IncidentForm()
    form.title.label.text = "<script>alert(1)</script>"
    drawn = render_template_string(FORMS + "{{ field(form.title) }}", form=form)
    assert "<script>" not in drawn


@pytest.mark.usefixtures("house")
def test_next_page_keeps_the_filters_of_the_address() -> None:
    drawn = render_template_string(LISTS + '{{ pager(next_cursor="x1", shown=50, total=1284) }}')
    assert 'href="/ho-so?trang-thai=mo&amp;trang-thai=cho&amp;sap-xep=han&amp;sau=x1"' in drawn
    assert "Đang xem 50 trong 1.284" in drawn


@pytest.mark.usefixtures("house")
def test_removing_a_filter_leaves_the_others() -> None:
    drawn = render_template_string(LISTS + '{{ url_with(**{"trang-thai": None}) }}')
    assert drawn == "/ho-so?sap-xep=han"


@pytest.mark.usefixtures("house")
def test_sorted_header_says_so_and_turns_around() -> None:
    columns = [{"label": "Hạn", "sort": "han"}]
    drawn = render_template_string(
        LISTS + '{% call table("Hồ sơ", columns) %}{% endcall %}', columns=columns
    )
    assert 'aria-sort="ascending"' in drawn
    assert "sap-xep=-han" in drawn
