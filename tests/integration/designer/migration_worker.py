"""A worker of its own that carries a migration on; for the test that kills it."""

import sys

from app.config import Settings
from app.database import reading
from app.factory import create_app
from app.jobs import utc_now
from workers.designer import migrate_cases


def main(database_url: str, folder: str, migration_id: str) -> None:
    given = {"database_url": database_url, "instance_dir": folder}
    settings = Settings.model_validate({"environment": "test", "redis_url": "", **given})
    with create_app(settings, is_worker=True).app_context():
        migrate_cases(reading(), {"migration_id": int(migration_id)}, utc_now())


if __name__ == "__main__":
    main(*sys.argv[1:])
