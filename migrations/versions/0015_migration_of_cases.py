"""Chuyển hồ sơ đang mở giữa các phiên bản quy trình, chạy thử bản nháp qua quá khứ.

Migration of open cases between versions with each verdict; runs of the lab and what they found.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
CODE = sa.String(64)
NAME = sa.String(255)


def upgrade() -> None:
    _create_migrations()
    _create_items()
    op.create_table(
        "version_map",
        sa.Column("code", CODE, nullable=False),
        sa.Column("from_version_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mapping", JSON, nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("code", "from_version_id", name="pk_version_map"),
    )
    _create_lab()
    op.create_table(
        "workflow_tests",
        sa.Column("code", CODE, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.Column("saved_name", NAME, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_workflow_tests"),
    )


def _create_migrations() -> None:
    op.create_table(
        "case_migration",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("from_version_id", sa.Integer(), nullable=False),
        sa.Column("to_version_id", sa.Integer(), nullable=False),
        sa.Column("from_number", sa.Integer(), nullable=False),
        sa.Column("to_number", sa.Integer(), nullable=False),
        sa.Column("mapping", JSON, nullable=False),
        sa.Column("state", CODE, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_name", NAME, nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("is_cancel_asked", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_case_migration"),
        *(
            sa.ForeignKeyConstraint(
                [column],
                ["case_type_version.id"],
                name=f"fk_case_migration_{column}_case_type_version",
            )
            for column in ("from_version_id", "to_version_id")
        ),
    )
    op.create_index("ix_case_migration_code", "case_migration", ["code", "id"])


def _create_items() -> None:
    op.create_table(
        "case_migration_item",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("migration_id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("state", CODE, nullable=False),
        sa.Column("outcome", CODE, nullable=False),
        sa.Column("from_state", CODE, nullable=False),
        sa.Column("to_state", CODE, nullable=False),
        sa.Column("why_code", NAME, nullable=False),
        sa.Column("why", JSON, nullable=False),
        sa.Column("clocks", JSON, nullable=False),
        sa.Column("before", JSON, nullable=True),
        sa.Column("event_seq", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_case_migration_item"),
        sa.UniqueConstraint(
            "migration_id", "case_id", name="uq_case_migration_item_migration_id_case_id"
        ),
        sa.ForeignKeyConstraint(
            ["migration_id"],
            ["case_migration.id"],
            name="fk_case_migration_item_migration_id_case_migration",
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name="fk_case_migration_item_case_id_case"
        ),
    )
    op.create_index(
        "ix_case_migration_item_state", "case_migration_item", ["migration_id", "state", "id"]
    )
    op.create_index("ix_case_migration_item_case", "case_migration_item", ["case_id"])


def _create_lab() -> None:
    op.create_table(
        "lab_run",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("source", NAME, nullable=False),
        sa.Column("definition", JSON, nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("state", CODE, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_name", NAME, nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("last_case_id", sa.Integer(), nullable=False),
        sa.Column("figures", JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_lab_run"),
    )
    op.create_index("ix_lab_run_code", "lab_run", ["code", "id"])
    op.create_table(
        "lab_finding",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("run_id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("key", NAME, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("text_vi", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lab_finding"),
        sa.ForeignKeyConstraint(["run_id"], ["lab_run.id"], name="fk_lab_finding_run_id_lab_run"),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_lab_finding_case_id_case"),
    )
    op.create_index("ix_lab_finding_kind", "lab_finding", ["run_id", "kind", "key", "id"])
    op.create_index("ix_lab_finding_case_id", "lab_finding", ["case_id"])


def downgrade() -> None:
    op.drop_table("workflow_tests")
    op.drop_table("lab_finding")
    op.drop_table("lab_run")
    op.drop_table("version_map")
    op.drop_table("case_migration_item")
    op.drop_table("case_migration")
