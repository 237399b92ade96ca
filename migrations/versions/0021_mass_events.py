"""Sự kiện đông người: danh sách nhiều nguồn, người, chuyến, tiếp nhận tại cửa khẩu, biên bản.

Mass events: lists of several sources, people with what happened to them, journeys, minutes.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TABLES = (
    "mass_event",
    "mass_case_run",
    "mass_gate_minutes",
    "mass_journey",
    "mass_list",
    "mass_party",
    "mass_kept_row",
    "mass_participant",
    "mass_like_pair",
    "mass_participant_event",
)


def upgrade() -> None:
    create_mass_event()
    create_mass_case_run()
    create_mass_gate_minutes()
    create_mass_journey()
    create_mass_list()
    create_mass_party()
    create_mass_kept_row()
    create_mass_participant()
    create_mass_like_pair()
    create_mass_participant_event()


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)


def create_mass_event() -> None:
    op.create_table(
        "mass_event",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("country_code", sa.String(length=2), nullable=False),
        sa.Column("places", sa.String(length=255), nullable=False),
        sa.Column("gate", sa.String(length=255), nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("opens_at", MOMENT, nullable=True),
        sa.Column("closes_at", MOMENT, nullable=True),
        sa.Column("said_count", sa.Integer(), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("creator_name", sa.String(length=255), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closer_name", sa.String(length=255), nullable=False),
        sa.Column("closing_note", sa.Text(), nullable=False),
        sa.Column("is_illustration", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_mass_event_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_mass_event"),
    )
    op.create_index("ix_mass_event_country_code", "mass_event", ["country_code"])
    op.create_index("ix_mass_event_unit_id", "mass_event", ["unit_id"])


def create_mass_case_run() -> None:
    op.create_table(
        "mass_case_run",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_name", sa.String(length=255), nullable=False),
        sa.Column("ordered_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["mass_event.id"], name="fk_mass_case_run_event_id_mass_event"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mass_case_run"),
    )
    op.create_index("ix_mass_case_run_event_id", "mass_case_run", ["event_id"])


def create_mass_gate_minutes() -> None:
    op.create_table(
        "mass_gate_minutes",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("place", sa.String(length=255), nullable=False),
        sa.Column("giving", sa.String(length=255), nullable=False),
        sa.Column("receiving", sa.String(length=255), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorder_name", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["mass_event.id"], name="fk_mass_gate_minutes_event_id_mass_event"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mass_gate_minutes"),
    )
    op.create_index("ix_mass_gate_minutes_event_id", "mass_gate_minutes", ["event_id"])


def create_mass_journey() -> None:
    op.create_table(
        "mass_journey",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("from_place", sa.String(length=255), nullable=False),
        sa.Column("to_place", sa.String(length=255), nullable=False),
        sa.Column("departs_at", MOMENT, nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["mass_event.id"], name="fk_mass_journey_event_id_mass_event"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mass_journey"),
    )
    op.create_index("ix_mass_journey_event_id", "mass_journey", ["event_id"])


def create_mass_list() -> None:
    op.create_table(
        "mass_list",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("notes", JSON, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorder_name", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["mass_event.id"], name="fk_mass_list_event_id_mass_event"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mass_list"),
    )
    op.create_index("ix_mass_list_event_id", "mass_list", ["event_id"])


def create_mass_party() -> None:
    op.create_table(
        "mass_party",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=True),
        sa.Column("province_code", sa.String(length=2), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["mass_event.id"], name="fk_mass_party_event_id_mass_event"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_mass_party_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_mass_party"),
        sa.UniqueConstraint(
            "event_id",
            "unit_id",
            "province_code",
            name="uq_mass_party_event_id_unit_id_province_code",
        ),
    )
    op.create_index("ix_mass_party_event_id", "mass_party", ["event_id"])
    op.create_index("ix_mass_party_province_code", "mass_party", ["province_code"])
    op.create_index("ix_mass_party_unit_id", "mass_party", ["unit_id"])


def create_mass_kept_row() -> None:
    op.create_table(
        "mass_kept_row",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("list_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("settler_name", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["mass_list.id"], name="fk_mass_kept_row_list_id_mass_list"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mass_kept_row"),
    )
    op.create_index("ix_mass_kept_row_list_id", "mass_kept_row", ["list_id"])


def create_mass_participant() -> None:
    op.create_table(
        "mass_participant",
        *columns_of_row(),
        *columns_of_person(),
        sa.ForeignKeyConstraint(
            ["event_id"], ["mass_event.id"], name="fk_mass_participant_event_id_mass_event"
        ),
        sa.ForeignKeyConstraint(
            ["journey_id"], ["mass_journey.id"], name="fk_mass_participant_journey_id_mass_journey"
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["mass_list.id"], name="fk_mass_participant_list_id_mass_list"
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"],
            ["mass_participant.id"],
            name="fk_mass_participant_merged_into_id_mass_participant",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_mass_participant_person_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mass_participant"),
        sa.UniqueConstraint("event_id", "row_key", name="uq_mass_participant_event_id_row_key"),
    )
    op.create_index("ix_mass_participant_case_id", "mass_participant", ["case_id"])
    op.create_index("ix_mass_participant_case_run_id", "mass_participant", ["case_run_id"])
    op.create_index(
        "ix_mass_participant_grid",
        "mass_participant",
        ["event_id", "merged_into_id", "sort_name", "id"],
    )
    op.create_index("ix_mass_participant_id_number_index", "mass_participant", ["id_number_index"])
    op.create_index("ix_mass_participant_journey_id", "mass_participant", ["journey_id"])
    op.create_index("ix_mass_participant_list_id", "mass_participant", ["list_id"])
    op.create_index("ix_mass_participant_merged_into_id", "mass_participant", ["merged_into_id"])
    op.create_index("ix_mass_participant_person_id", "mass_participant", ["person_id"])
    op.create_index(
        "ix_mass_participant_province", "mass_participant", ["province_code", "event_id"]
    )


def columns_of_row() -> list[sa.Column]:
    return [
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.Column("list_id", BIG, nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("row_key", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("spelling", sa.String(length=255), nullable=False),
        sa.Column("other_spelling", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("name_fold", sa.Text(), nullable=False),
        sa.Column("sort_name", sa.String(length=255), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("sex", sa.String(length=64), nullable=True),
        sa.Column("id_kind", sa.String(length=64), nullable=True),
        sa.Column("id_number", sa.Text(), nullable=True),
        sa.Column("id_number_index", sa.String(length=64), nullable=True),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("home_text", sa.String(length=255), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=True),
        sa.Column("commune_code", sa.String(length=5), nullable=True),
        sa.Column("is_province_by_hand", sa.Boolean(), nullable=False),
        sa.Column("is_minor", sa.Boolean(), nullable=False),
    ]


def columns_of_person() -> list[sa.Column]:
    return [
        sa.Column("is_victim", sa.Boolean(), nullable=False),
        sa.Column("family", sa.String(length=64), nullable=False),
        sa.Column("is_medical", sa.Boolean(), nullable=False),
        sa.Column("medical", sa.Text(), nullable=False),
        sa.Column("shelter", sa.String(length=255), nullable=False),
        sa.Column("transit_country", sa.String(length=2), nullable=True),
        sa.Column("journey_id", BIG, nullable=True),
        sa.Column("remarks", JSON, nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("in_foreign", sa.Boolean(), nullable=False),
        sa.Column("in_mission", sa.Boolean(), nullable=False),
        sa.Column("in_registration", sa.Boolean(), nullable=False),
        sa.Column("in_gate", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("status_at", MOMENT, nullable=False),
        sa.Column("status_by", sa.String(length=255), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("case_run_id", sa.Integer(), nullable=True),
        sa.Column("case_problem", sa.Text(), nullable=False),
        sa.Column("merged_into_id", BIG, nullable=True),
        sa.Column("recorded_at", MOMENT, nullable=False),
    ]


def create_mass_like_pair() -> None:
    op.create_table(
        "mass_like_pair",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.Column("one_id", BIG, nullable=False),
        sa.Column("other_id", BIG, nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("parts", JSON, nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decider_name", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["mass_event.id"], name="fk_mass_like_pair_event_id_mass_event"
        ),
        sa.ForeignKeyConstraint(
            ["one_id"], ["mass_participant.id"], name="fk_mass_like_pair_one_id_mass_participant"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"],
            ["mass_participant.id"],
            name="fk_mass_like_pair_other_id_mass_participant",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mass_like_pair"),
        sa.UniqueConstraint("one_id", "other_id", name="uq_mass_like_pair_one_id_other_id"),
    )
    op.create_index("ix_mass_like_pair_event_id", "mass_like_pair", ["event_id"])
    op.create_index("ix_mass_like_pair_other_id", "mass_like_pair", ["other_id"])


def create_mass_participant_event() -> None:
    op.create_table(
        "mass_participant_event",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("participant_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_name", sa.String(length=255), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["mass_participant.id"],
            name="fk_mass_participant_event_participant_id_mass_participant",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mass_participant_event"),
    )
    op.create_index(
        "ix_mass_participant_event_participant_id", "mass_participant_event", ["participant_id"]
    )
