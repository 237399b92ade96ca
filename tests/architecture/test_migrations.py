"""Migrations: numbered, one head, the same schema as the models, up and down."""

import re
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from app.database import Base, reading

VERSIONS = Path(__file__).resolve().parents[2] / "migrations" / "versions"
SEARCH_INDEX = {"case_text_fts"}


def _files() -> list[Path]:
    return sorted(VERSIONS.glob("*.py"))


def test_migrations_are_numbered_in_one_chain() -> None:
    numbers = [re.match(r"(\d{4})_[a-z0-9_]+\.py$", path.name) for path in _files()]
    assert all(numbers)
    assert [int(match[1]) for match in numbers if match] == list(range(1, len(numbers) + 1))


def test_each_migration_follows_the_one_before() -> None:
    previous = "None"
    for path in _files():
        content = path.read_text("utf-8")
        revision = re.search(r"^revision = \"(\d{4})\"", content, re.MULTILINE)
        down = re.search(r"^down_revision = (.+)$", content, re.MULTILINE)
        assert revision is not None
        assert down is not None
        assert down[1].strip('"') == previous
        previous = revision[1]


def test_no_migration_imports_the_application() -> None:
    assert [
        path.name
        for path in _files()
        if re.search(r"^(from|import) app\b", path.read_text(), re.MULTILINE)
    ] == []


def test_the_migrated_schema_is_the_schema_of_the_models(empty_database: Flask) -> None:
    with empty_database.app_context():
        upgrade()
        context = MigrationContext.configure(reading().connection(), opts={"compare_type": False})
        found = [
            change
            for change in compare_metadata(context, Base.metadata)
            if not _is_search_index(change)
        ]
        assert found == []


def test_the_schema_goes_down_to_nothing(empty_database: Flask) -> None:
    with empty_database.app_context():
        upgrade()
        downgrade(revision="base")
        left = set(inspect(reading().get_bind()).get_table_names()) - {"alembic_version"}
        assert left == set()


def _is_search_index(change: object) -> bool:
    """The full-text index is the database's own, outside the models."""
    return "case_text" in str(change)
