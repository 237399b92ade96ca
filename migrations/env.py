"""Runs migrations inside the application, with a lock time-out on PostgreSQL."""

from alembic import context
from flask import current_app
from sqlalchemy import text

extension = current_app.extensions["migrate"]
database = extension.db


def run() -> None:
    engine = database.engine
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET lock_timeout = '10s'"))
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            **extension.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
