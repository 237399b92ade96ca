"""Of a foreign style sheet everything stays that a page could use, and nothing else."""

import gzip

from flask import Flask
from flask.testing import FlaskClient

from app.stylesheets import Vocabulary, trimmed

WORDS = Vocabulary.of(['<p class="btn btn-{{ kind }}">', "is-open", '"tone-" ~ tone'])


def test_rules_of_classes_that_no_source_names_go() -> None:
    sheet = ".btn{a:b}.card{a:b}.btn .card{a:b}.btn,.card{c:d}"

    assert trimmed(sheet, WORDS) == ".btn{a:b}.btn{c:d}"


def test_elements_variables_and_moves_stay() -> None:
    sheet = "@charset 'x';:root{--a:1}body{b:c}@keyframes turn{to{a:b}}@font-face{src:d}"

    assert trimmed(sheet, WORDS) == sheet


def test_a_class_put_together_from_parts_stays() -> None:
    assert trimmed(".tone-danger{a:b}.btn-primary{a:b}", WORDS) == (
        ".tone-danger{a:b}.btn-primary{a:b}"
    )


def test_conditions_stay_around_what_is_left() -> None:
    sheet = "@media (a){.btn{a:b}.card{a:b}}@media (b){.card{a:b}}@supports (c){@media (d){p{a:b}}}"

    assert trimmed(sheet, WORDS) == "@media (a){.btn{a:b}}@supports (c){@media (d){p{a:b}}}"


def test_a_comma_inside_brackets_parts_no_selector() -> None:
    sheet = ".btn:is(.card,.btn){a:b}p:not(a,b){c:d}"

    assert trimmed(sheet, WORDS) == "p:not(a,b){c:d}"


def test_comments_and_escaped_names_are_understood() -> None:
    words = Vocabulary.of(["w-50"])

    assert trimmed("/*! .x{ } */.w\\-50{a:b}.w\\:60{a:b}", words) == ".w\\-50{a:b}"


def test_the_frame_of_every_page_is_light(app: Flask, client: FlaskClient) -> None:
    del app
    answer = client.get("/static/vendor/tabler/tabler.min.css", headers={"Accept-Encoding": "gzip"})
    answer.close()

    sheet = gzip.decompress(answer.data).decode()
    assert len(answer.data) < 25_000
    assert ".form-control{" in sheet
    assert ".offcanvas-top" not in sheet
    assert "Content-Security-Policy" not in answer.headers  # the page says it, not its parts
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
