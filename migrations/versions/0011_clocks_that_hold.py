"""Thời hạn giữ được: tuần làm việc có ngày hiệu lực, nửa ngày, tạm dừng, leo thang, tính lại.

Clocks that hold: dated weeks, half days, pauses and escalation of single clocks, the log of
recounts, and how long steps usually take.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("calendar_day", sa.Column("ends_at", sa.String(5), nullable=True))
    op.create_table(
        "work_week",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("calendar", sa.String(64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("weekend", sa.String(7), nullable=True),
        sa.Column("cut_off", sa.String(5), nullable=True),
        sa.Column("status", sa.String(64), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_work_week"),
        sa.UniqueConstraint("calendar", "valid_from", name="uq_work_week_calendar_valid_from"),
    )
    _clock_columns()
    _recounts()
    _durations()


def _clock_columns() -> None:
    op.add_column("case_clock", sa.Column("paused_at", MOMENT, nullable=True))
    op.add_column(
        "case_clock", sa.Column("escalated", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("case_clock", sa.Column("next_escalate_at", MOMENT, nullable=True))
    op.create_index(
        "ix_case_clock_escalate",
        "case_clock",
        ["next_escalate_at"],
        sqlite_where=sa.text("is_running IS 1"),
        postgresql_where=sa.text("is_running IS true"),
    )


def _recounts() -> None:
    op.create_table(
        "clock_recount",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("source", sa.String(255), nullable=False),
        sa.Column("change", JSON, nullable=False),
        sa.Column("requested_by", sa.Integer(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("last_case_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_clock_recount"),
        sa.UniqueConstraint("source", name="uq_clock_recount_source"),
    )
    op.create_table(
        "clock_move",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("recount_id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("clock_id", BIG, nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("was_at", MOMENT, nullable=False),
        sa.Column("now_at", MOMENT, nullable=False),
        sa.Column("was_limit", sa.String(64), nullable=False),
        sa.Column("now_limit", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_clock_move"),
        sa.ForeignKeyConstraint(
            ["recount_id"], ["clock_recount.id"], name="fk_clock_move_recount_id_clock_recount"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_clock_move_case_id_case"),
        sa.ForeignKeyConstraint(
            ["clock_id"], ["case_clock.id"], name="fk_clock_move_clock_id_case_clock"
        ),
    )
    op.create_index("ix_clock_move_recount_id", "clock_move", ["recount_id"])
    op.create_index("ix_clock_move_case_id", "clock_move", ["case_id"])


def _durations() -> None:
    op.create_table(
        "step_duration",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("type_code", sa.String(64), nullable=False),
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("transition", sa.String(64), nullable=False),
        sa.Column("scope", sa.String(64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("median_minutes", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_step_duration"),
        sa.UniqueConstraint(
            "type_code",
            "state",
            "transition",
            "scope",
            name="uq_step_duration_type_code_state_transition_scope",
        ),
    )


def downgrade() -> None:
    for table in ("step_duration", "clock_move", "clock_recount"):
        op.drop_table(table)
    op.drop_index("ix_case_clock_escalate", table_name="case_clock")
    for column in ("next_escalate_at", "escalated", "paused_at"):
        op.drop_column("case_clock", column)
    op.drop_table("work_week")
    op.drop_column("calendar_day", "ends_at")
