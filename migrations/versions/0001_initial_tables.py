"""Create every table of the first release."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Full-text search: FTS5 kept by triggers on SQLite, a stored vector on PostgreSQL.
SEARCH = {
    "sqlite": (
        "CREATE VIRTUAL TABLE case_text_fts USING fts5(folded, content='case_text', content_rowid='case_id', prefix='2 3')",
        "CREATE TRIGGER case_text_added AFTER INSERT ON case_text BEGIN INSERT INTO case_text_fts(rowid, folded) VALUES (new.case_id, new.folded); END",
        "CREATE TRIGGER case_text_removed AFTER DELETE ON case_text BEGIN INSERT INTO case_text_fts(case_text_fts, rowid, folded) VALUES ('delete', old.case_id, old.folded); END",
        "CREATE TRIGGER case_text_changed AFTER UPDATE ON case_text BEGIN INSERT INTO case_text_fts(case_text_fts, rowid, folded) VALUES ('delete', old.case_id, old.folded); INSERT INTO case_text_fts(rowid, folded) VALUES (new.case_id, new.folded); END",
    ),
    "postgresql": (
        "ALTER TABLE case_text ADD COLUMN vector tsvector GENERATED ALWAYS AS (to_tsvector('simple', folded)) STORED",
        "CREATE INDEX ix_case_text_vector ON case_text USING gin (vector)",
    ),
}


def upgrade() -> None:
    op.create_table(
        "audit_check",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("slot", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_case_id", sa.Integer(), nullable=False),
        sa.Column("checked", sa.Integer(), nullable=False),
        sa.Column("bad_count", sa.Integer(), nullable=False),
        sa.Column(
            "bad",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_check")),
        sa.UniqueConstraint("slot", name=op.f("uq_audit_check_slot")),
    )
    op.create_table(
        "audit_entry",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"], unique=False)
    op.create_index(op.f("ix_audit_entry_subject"), "audit_entry", ["subject"], unique=False)
    op.create_index(op.f("ix_audit_entry_user_id"), "audit_entry", ["user_id"], unique=False)
    op.create_table(
        "border_line",
        sa.Column("neighbour", sa.String(length=2), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("name_en", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("neighbour", name=op.f("pk_border_line")),
    )
    op.create_table(
        "calendar_day",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("calendar", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
        sa.UniqueConstraint("calendar", "day", name=op.f("uq_calendar_day_calendar_day")),
    )
    op.create_table(
        "case_type_version",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "definition",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_type_version")),
        sa.UniqueConstraint("code", "number", name=op.f("uq_case_type_version_code_number")),
    )
    op.create_table(
        "dated_setting",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("check", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dated_setting")),
        sa.UniqueConstraint(
            "key", "scope", "valid_from", name=op.f("uq_dated_setting_key_scope_valid_from")
        ),
    )
    op.create_index(op.f("ix_dated_setting_key"), "dated_setting", ["key"], unique=False)
    op.create_table(
        "import_batch",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_name", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column(
            "options",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "mapping",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "titles",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column(
            "notes",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("warned", sa.Integer(), nullable=False),
        sa.Column(
            "finding_counts",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("is_cancel_asked", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    op.create_index("ix_import_batch_unit", "import_batch", ["unit_id", "id"], unique=False)
    op.create_table(
        "import_column_memory",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column(
            "mapping",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "unit_id", "target", "signature", name=op.f("pk_import_column_memory")
        ),
    )
    op.create_table(
        "line_fact",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("check", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_fact")),
        sa.UniqueConstraint(
            "subject", "key", "as_of", "source", name=op.f("uq_line_fact_subject_key_as_of_source")
        ),
    )
    op.create_index("ix_line_fact_subject", "line_fact", ["subject", "key", "as_of"], unique=False)
    op.create_table(
        "map_build",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("build", sa.Integer(), nullable=False),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_map_build")),
    )
    op.create_table(
        "map_cell",
        sa.Column("build", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_plain", sa.Boolean(), nullable=False),
        sa.Column("cell", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("type_code", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("state_kind", sa.String(length=64), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("is_normal", sa.Boolean(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("country_code", sa.String(length=2), nullable=False),
        sa.Column("neighbour", sa.String(length=2), nullable=False),
        sa.Column("owner_unit_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("sum_lat", sa.Double(), nullable=False),
        sa.Column("sum_lon", sa.Double(), nullable=False),
        sa.Column("sample_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "build",
            "level",
            "is_plain",
            "cell",
            "type_code",
            "state",
            "state_kind",
            "is_open",
            "is_normal",
            "province_code",
            "country_code",
            "neighbour",
            "owner_unit_id",
            name=op.f("pk_map_cell"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("job", sa.String(length=64), nullable=False),
        sa.Column(
            "payload",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=120), nullable=True),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("running_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(
        "ix_outbox_pending_due",
        "outbox",
        ["due"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index("ix_outbox_state_job", "outbox", ["state", "job", "id"], unique=False)
    op.create_table(
        "reference_counter",
        sa.Column("type_code", sa.String(length=64), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "type_code", "unit_code", "year", name=op.f("pk_reference_counter")
        ),
    )
    op.create_table(
        "register_version",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_register_version")),
    )
    op.create_table(
        "role",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name_vi", sa.String(length=255), nullable=False),
        sa.Column("name_en", sa.String(length=255), nullable=False),
        sa.Column("level", sa.String(length=64), nullable=False),
        sa.Column(
            "permissions",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("is_leader", sa.Boolean(), nullable=False),
        sa.Column("lands_on", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("code", name=op.f("uq_role_code")),
    )
    op.create_table(
        "schedule_slot",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_slot")),
        sa.UniqueConstraint("name", "slot", name=op.f("uq_schedule_slot_name_slot")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account", sa.String(length=255), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("is_success", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(
        "ix_sign_in_attempt_account_at", "sign_in_attempt", ["account", "at"], unique=False
    )
    op.create_index(
        "ix_sign_in_attempt_address_at", "sign_in_attempt", ["address", "at"], unique=False
    )
    op.create_table(
        "unit",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("short_name", sa.String(length=255), nullable=False),
        sa.Column("name_en", sa.String(length=255), nullable=False),
        sa.Column("name_fold", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("province_code", sa.String(length=8), nullable=True),
        sa.Column("country_code", sa.String(length=2), nullable=True),
        sa.Column(
            "covered_country_codes",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column(
            "successor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id_unit")),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["unit.id"], name=op.f("fk_unit_successor_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint(
            "kind", "code", "valid_from", name=op.f("uq_unit_kind_code_valid_from")
        ),
    )
    op.create_index(op.f("ix_unit_code"), "unit", ["code"], unique=False)
    op.create_index(op.f("ix_unit_country_code"), "unit", ["country_code"], unique=False)
    op.create_index("ix_unit_kind_valid", "unit", ["kind", "valid_from", "valid_to"], unique=False)
    op.create_index(op.f("ix_unit_parent_id"), "unit", ["parent_id"], unique=False)
    op.create_index(op.f("ix_unit_province_code"), "unit", ["province_code"], unique=False)
    op.create_index(op.f("ix_unit_successor_id"), "unit", ["successor_id"], unique=False)
    op.create_table(
        "vessel_prefix",
        sa.Column("prefix", sa.String(length=4), nullable=False),
        sa.Column("province_name", sa.String(length=255), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("check", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_vessel_prefix")),
    )
    op.create_index(
        op.f("ix_vessel_prefix_province_code"), "vessel_prefix", ["province_code"], unique=False
    )
    op.create_table(
        "import_finding",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("severity", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_import_finding_batch_id_import_batch")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_finding")),
    )
    op.create_index(
        "ix_import_finding_batch",
        "import_finding",
        ["batch_id", "severity", "row", "id"],
        unique=False,
    )
    op.create_table(
        "mission",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("city", sa.String(length=255), nullable=False),
        sa.Column("country_code", sa.String(length=2), nullable=False),
        sa.Column(
            "district",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("hotline", sa.String(length=64), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_mission_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mission")),
    )
    op.create_index("ix_mission_country", "mission", ["country_code", "valid_from"], unique=False)
    op.create_index(op.f("ix_mission_unit_id"), "mission", ["unit_id"], unique=False)
    op.create_table(
        "person",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("claimed_name", sa.String(length=255), nullable=False),
        sa.Column(
            "foreign_spellings",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("verified_name", sa.String(length=255), nullable=False),
        sa.Column("name_fold", sa.Text(), nullable=False),
        sa.Column("sort_name", sa.String(length=255), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("sex", sa.String(length=64), nullable=True),
        sa.Column("id_kind", sa.String(length=64), nullable=True),
        sa.Column("id_number", sa.String(length=64), nullable=True),
        sa.Column("is_minor", sa.Boolean(), nullable=False),
        sa.Column("home_text", sa.String(length=255), nullable=False),
        sa.Column("claimed_province_code", sa.String(length=2), nullable=True),
        sa.Column("claimed_commune_code", sa.String(length=5), nullable=True),
        sa.Column("verified_province_code", sa.String(length=2), nullable=True),
        sa.Column("verified_commune_code", sa.String(length=5), nullable=True),
        sa.Column("home_province_code", sa.String(length=2), nullable=True),
        sa.Column("contact_text", sa.String(length=255), nullable=False),
        sa.Column("country_code", sa.String(length=2), nullable=True),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("is_illustration", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_person_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index(op.f("ix_person_country_code"), "person", ["country_code"], unique=False)
    op.create_index(
        op.f("ix_person_home_province_code"), "person", ["home_province_code"], unique=False
    )
    op.create_index(op.f("ix_person_sort_name"), "person", ["sort_name"], unique=False)
    op.create_index(op.f("ix_person_unit_id"), "person", ["unit_id"], unique=False)
    op.create_table(
        "segment",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("neighbour", sa.String(length=2), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("counterpart", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("chainage_from_m", sa.Double(), nullable=True),
        sa.Column("chainage_to_m", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["neighbour"], ["border_line.neighbour"], name=op.f("fk_segment_neighbour_border_line")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
        sa.UniqueConstraint("neighbour", "name", name=op.f("uq_segment_neighbour_name")),
    )
    op.create_index("ix_segment_province", "segment", ["province_code", "neighbour"], unique=False)
    op.create_table(
        "user_account",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("name_fold", sa.String(length=255), nullable=False),
        sa.Column("position", sa.String(length=255), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=True),
        sa.Column(
            "main_unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("current_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_login_ip", sa.String(length=64), nullable=True),
        sa.Column("current_login_ip", sa.String(length=64), nullable=True),
        sa.Column("login_count", sa.Integer(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("fs_webauthn_user_handle", sa.String(length=64), nullable=False),
        sa.Column("tf_primary_method", sa.String(length=64), nullable=True),
        sa.Column("tf_totp_secret", sa.String(length=255), nullable=True),
        sa.Column("tf_phone_number", sa.String(length=128), nullable=True),
        sa.Column(
            "mf_recovery_codes",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["main_unit_id"], ["unit.id"], name=op.f("fk_user_account_main_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_user_account_fs_uniquifier")),
        sa.UniqueConstraint(
            "fs_webauthn_user_handle", name=op.f("uq_user_account_fs_webauthn_user_handle")
        ),
        sa.UniqueConstraint("username", name=op.f("uq_user_account_username")),
    )
    op.create_table(
        "vessel",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("raw_number", sa.String(length=64), nullable=False),
        sa.Column("canonical", sa.String(length=64), nullable=True),
        sa.Column("number_fold", sa.String(length=64), nullable=False),
        sa.Column(
            "other_numbers",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("verdict", sa.String(length=64), nullable=False),
        sa.Column("owner_name", sa.String(length=255), nullable=False),
        sa.Column("owner_fold", sa.String(length=255), nullable=False),
        sa.Column("home_province_code", sa.String(length=2), nullable=True),
        sa.Column("home_port", sa.String(length=255), nullable=False),
        sa.Column("length_class", sa.String(length=64), nullable=True),
        sa.Column("length_m", sa.Double(), nullable=True),
        sa.Column("gear", sa.String(length=64), nullable=False),
        sa.Column("engine_kw", sa.Double(), nullable=True),
        sa.Column("country_code", sa.String(length=2), nullable=True),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("is_illustration", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_vessel_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vessel")),
    )
    op.create_index(op.f("ix_vessel_canonical"), "vessel", ["canonical"], unique=False)
    op.create_index(op.f("ix_vessel_country_code"), "vessel", ["country_code"], unique=False)
    op.create_index(
        op.f("ix_vessel_home_province_code"), "vessel", ["home_province_code"], unique=False
    )
    op.create_index(op.f("ix_vessel_number_fold"), "vessel", ["number_fold"], unique=False)
    op.create_index(op.f("ix_vessel_unit_id"), "vessel", ["unit_id"], unique=False)
    op.create_table(
        "held_form",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("lost_files", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_held_form_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_form")),
        sa.UniqueConstraint("token", name=op.f("uq_held_form_token")),
    )
    op.create_index(op.f("ix_held_form_created_at"), "held_form", ["created_at"], unique=False)
    op.create_table(
        "passkey",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1024), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column(
            "transports",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=True,
        ),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("device_type", sa.String(length=64), nullable=False),
        sa.Column("extensions", sa.String(length=255), nullable=True),
        sa.Column("usage", sa.String(length=64), nullable=False),
        sa.Column("create_datetime", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lastuse_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_passkey_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_user_id"), "passkey", ["user_id"], unique=False)
    op.create_table(
        "position",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("neighbour", sa.String(length=2), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("chainage_m", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("z_key", sa.BigInteger(), nullable=True),
        sa.Column("province_code", sa.String(length=2), nullable=True),
        sa.Column("commune_code", sa.String(length=5), nullable=True),
        sa.Column(
            "segment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["neighbour"], ["border_line.neighbour"], name=op.f("fk_position_neighbour_border_line")
        ),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segment.id"], name=op.f("fk_position_segment_id_segment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_position")),
        sa.UniqueConstraint("neighbour", "label", name=op.f("uq_position_neighbour_label")),
    )
    op.create_index("ix_position_province", "position", ["province_code"], unique=False)
    op.create_index(op.f("ix_position_segment_id"), "position", ["segment_id"], unique=False)
    op.create_table(
        "user_role",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_user_role_role_id_role")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_user_role_unit_id_unit")),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_user_role_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_role")),
        sa.UniqueConstraint(
            "user_id", "role_id", "unit_id", name=op.f("uq_user_role_user_id_role_id_unit_id")
        ),
    )
    op.create_index(op.f("ix_user_role_role_id"), "user_role", ["role_id"], unique=False)
    op.create_index(op.f("ix_user_role_unit_id"), "user_role", ["unit_id"], unique=False)
    op.create_table(
        "marker",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "position_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "segment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("neighbour", sa.String(length=2), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("label_fold", sa.String(length=255), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("main", sa.Integer(), nullable=True),
        sa.Column("main_suffix", sa.Integer(), nullable=True),
        sa.Column("aux", sa.Integer(), nullable=True),
        sa.Column("peg", sa.Integer(), nullable=True),
        sa.Column("suffix", sa.Integer(), nullable=True),
        sa.Column("sort_key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("marker_class", sa.String(length=64), nullable=True),
        sa.Column("planted_by", sa.String(length=64), nullable=True),
        sa.Column("material", sa.String(length=255), nullable=False),
        sa.Column("year_engraved", sa.Integer(), nullable=True),
        sa.Column("stage", sa.String(length=64), nullable=False),
        sa.Column("legal_stage", sa.String(length=64), nullable=False),
        sa.Column("condition", sa.String(length=64), nullable=False),
        sa.Column("elevation_m", sa.Double(), nullable=True),
        sa.Column("elevation_datum", sa.String(length=64), nullable=False),
        sa.Column("distance_to_line_m", sa.Double(), nullable=True),
        sa.Column(
            "legacy_names",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("place_text", sa.Text(), nullable=False),
        sa.Column("place_fold", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_illustration", sa.Boolean(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("z_key", sa.BigInteger(), nullable=True),
        sa.Column("province_code", sa.String(length=2), nullable=True),
        sa.Column("commune_code", sa.String(length=5), nullable=True),
        sa.Column("chainage_m", sa.Double(), nullable=True),
        sa.Column("border_distance_m", sa.Double(), nullable=True),
        sa.Column("side", sa.String(length=64), nullable=True),
        sa.Column("lifecycle_case_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["neighbour"], ["border_line.neighbour"], name=op.f("fk_marker_neighbour_border_line")
        ),
        sa.ForeignKeyConstraint(
            ["position_id"], ["position.id"], name=op.f("fk_marker_position_id_position")
        ),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segment.id"], name=op.f("fk_marker_segment_id_segment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marker")),
        sa.UniqueConstraint("neighbour", "label", name=op.f("uq_marker_neighbour_label")),
        sa.UniqueConstraint("neighbour", "slug", name=op.f("uq_marker_neighbour_slug")),
        sa.UniqueConstraint("sort_key", name=op.f("uq_marker_sort_key")),
    )
    op.create_index("ix_marker_chainage", "marker", ["neighbour", "chainage_m"], unique=False)
    op.create_index("ix_marker_condition", "marker", ["condition", "sort_key"], unique=False)
    op.create_index("ix_marker_line", "marker", ["neighbour", "sort_key"], unique=False)
    op.create_index(
        "ix_marker_place",
        "marker",
        ["z_key"],
        unique=False,
        sqlite_where=sa.text("z_key IS NOT NULL"),
        postgresql_where=sa.text("z_key IS NOT NULL"),
    )
    op.create_index(op.f("ix_marker_position_id"), "marker", ["position_id"], unique=False)
    op.create_index("ix_marker_province", "marker", ["province_code", "sort_key"], unique=False)
    op.create_index(op.f("ix_marker_segment_id"), "marker", ["segment_id"], unique=False)
    op.create_table(
        "case",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("type_code", sa.String(length=64), nullable=False),
        sa.Column(
            "type_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("state_kind", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column(
            "data",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("confidentiality", sa.String(length=64), nullable=False),
        sa.Column(
            "owner_unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "assignee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("suspended_for", sa.String(length=64), nullable=True),
        sa.Column(
            "pending",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "merged_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("last_hash", sa.String(length=64), nullable=False),
        sa.Column("last_event_text", sa.String(length=255), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_from", sa.String(length=64), nullable=True),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_due_clock", sa.String(length=64), nullable=True),
        sa.Column("place_text", sa.String(length=255), nullable=False),
        sa.Column(
            "place_original",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=True,
        ),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("z_key", sa.BigInteger(), nullable=True),
        sa.Column("province_code", sa.String(length=2), nullable=True),
        sa.Column("commune_code", sa.String(length=5), nullable=True),
        sa.Column("country_code", sa.String(length=2), nullable=True),
        sa.Column("neighbour", sa.String(length=2), nullable=True),
        sa.Column("marker_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("marker_distance_m", sa.Double(), nullable=True),
        sa.Column("border_distance_m", sa.Double(), nullable=True),
        sa.Column("chainage_m", sa.Double(), nullable=True),
        sa.Column("side", sa.String(length=64), nullable=True),
        sa.Column("sea_zone", sa.String(length=64), nullable=True),
        sa.Column("is_illustration", sa.Boolean(), nullable=False),
        sa.Column("import_key", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["user_account.id"], name=op.f("fk_case_assignee_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["marker_id"], ["marker.id"], name=op.f("fk_case_marker_id_marker")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["case.id"], name=op.f("fk_case_merged_into_id_case")
        ),
        sa.ForeignKeyConstraint(
            ["owner_unit_id"], ["unit.id"], name=op.f("fk_case_owner_unit_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["type_version_id"],
            ["case_type_version.id"],
            name=op.f("fk_case_type_version_id_case_type_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("import_key", name=op.f("uq_case_import_key")),
        sa.UniqueConstraint("reference", name=op.f("uq_case_reference")),
    )
    op.create_index("ix_case_country", "case", ["country_code", "updated_at", "id"], unique=False)
    op.create_index("ix_case_kind", "case", ["state_kind", "updated_at", "id"], unique=False)
    op.create_index("ix_case_marker", "case", ["marker_id", "updated_at"], unique=False)
    op.create_index(
        "ix_case_open_assignee",
        "case",
        ["assignee_id", "updated_at", "id"],
        unique=False,
        sqlite_where=sa.text("is_open IS 1"),
        postgresql_where=sa.text("is_open IS true"),
    )
    op.create_index(
        "ix_case_open_due",
        "case",
        ["next_due_at", "id"],
        unique=False,
        sqlite_where=sa.text("is_open IS 1"),
        postgresql_where=sa.text("is_open IS true"),
    )
    op.create_index(
        "ix_case_open_owner",
        "case",
        ["owner_unit_id", "updated_at", "id"],
        unique=False,
        sqlite_where=sa.text("is_open IS 1"),
        postgresql_where=sa.text("is_open IS true"),
    )
    op.create_index(
        "ix_case_open_updated",
        "case",
        ["updated_at", "id"],
        unique=False,
        sqlite_where=sa.text("is_open IS 1"),
        postgresql_where=sa.text("is_open IS true"),
    )
    op.create_index("ix_case_owner", "case", ["owner_unit_id", "updated_at", "id"], unique=False)
    op.create_index(
        "ix_case_place",
        "case",
        [
            "z_key",
            "type_code",
            "state_kind",
            "is_open",
            "province_code",
            "country_code",
            "owner_unit_id",
            "confidentiality",
            "lat",
            "lon",
            "id",
        ],
        unique=False,
        sqlite_where=sa.text("z_key IS NOT NULL"),
        postgresql_where=sa.text("z_key IS NOT NULL"),
    )
    op.create_index("ix_case_province", "case", ["province_code", "updated_at", "id"], unique=False)
    op.create_index(
        "ix_case_type_state", "case", ["type_code", "state", "updated_at", "id"], unique=False
    )
    op.create_index("ix_case_updated", "case", ["updated_at", "id"], unique=False)
    op.create_table(
        "marker_change",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "marker_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_on", sa.Date(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(length=255), nullable=False),
        sa.Column(
            "before",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "after",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["marker_id"], ["marker.id"], name=op.f("fk_marker_change_marker_id_marker")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marker_change")),
    )
    op.create_index("ix_marker_change_marker", "marker_change", ["marker_id", "id"], unique=False)
    op.create_table(
        "marker_measurement",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "marker_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("crs", sa.String(length=64), nullable=False),
        sa.Column("operation", sa.String(length=255), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("precision_m", sa.Double(), nullable=True),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("survey_method", sa.String(length=255), nullable=False),
        sa.Column("party", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=True),
        sa.Column("is_in_force", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["marker_id"], ["marker.id"], name=op.f("fk_marker_measurement_marker_id_marker")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marker_measurement")),
    )
    op.create_index(
        op.f("ix_marker_measurement_marker_id"), "marker_measurement", ["marker_id"], unique=False
    )
    op.create_table(
        "attachment",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=True),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=255), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("uploaded_by", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_attachment_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_case_id"), "attachment", ["case_id"], unique=False)
    op.create_table(
        "case_clock",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("limit", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day_status", sa.String(length=64), nullable=False),
        sa.Column("is_before", sa.Boolean(), nullable=False),
        sa.Column(
            "pauses",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "warn_at",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("next_warn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_running", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_how", sa.String(length=64), nullable=True),
        sa.Column("on_time", sa.Boolean(), nullable=True),
        sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_clock_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_clock")),
    )
    op.create_index(op.f("ix_case_clock_case_id"), "case_clock", ["case_id"], unique=False)
    op.create_index(
        "ix_case_clock_due",
        "case_clock",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("is_running IS 1 AND missed_at IS NULL"),
        postgresql_where=sa.text("is_running IS true AND missed_at IS NULL"),
    )
    op.create_index(
        "ix_case_clock_warn",
        "case_clock",
        ["next_warn_at"],
        unique=False,
        sqlite_where=sa.text("is_running IS 1"),
        postgresql_where=sa.text("is_running IS true"),
    )
    op.create_table(
        "case_event",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(length=255), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("transition", sa.String(length=64), nullable=True),
        sa.Column("from_state", sa.String(length=64), nullable=True),
        sa.Column("to_state", sa.String(length=64), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "data",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_event_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_case_event_case_id_seq")),
    )
    op.create_table(
        "case_link",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column(
            "other_case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("marker_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("vessel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_link_case_id_case")),
        sa.ForeignKeyConstraint(
            ["marker_id"], ["marker.id"], name=op.f("fk_case_link_marker_id_marker")
        ),
        sa.ForeignKeyConstraint(
            ["other_case_id"], ["case.id"], name=op.f("fk_case_link_other_case_id_case")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_case_link_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["vessel_id"], ["vessel.id"], name=op.f("fk_case_link_vessel_id_vessel")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_link")),
    )
    op.create_index(op.f("ix_case_link_case_id"), "case_link", ["case_id"], unique=False)
    op.create_index(op.f("ix_case_link_marker_id"), "case_link", ["marker_id"], unique=False)
    op.create_index(
        op.f("ix_case_link_other_case_id"), "case_link", ["other_case_id"], unique=False
    )
    op.create_index(op.f("ix_case_link_person_id"), "case_link", ["person_id"], unique=False)
    op.create_index(op.f("ix_case_link_vessel_id"), "case_link", ["vessel_id"], unique=False)
    op.create_table(
        "case_text",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_text_case_id_case")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_text")),
    )
    op.create_table(
        "case_unit",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_unit_case_id_case")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_case_unit_unit_id_unit")),
        sa.PrimaryKeyConstraint("case_id", "unit_id", name=op.f("pk_case_unit")),
    )
    op.create_index(op.f("ix_case_unit_unit_id"), "case_unit", ["unit_id"], unique=False)
    op.create_table(
        "notice",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("text_vi", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_notice_case_id_case")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["case_event.id"], name=op.f("fk_notice_event_id_case_event")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_notice_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint(
            "user_id", "source", "kind", name=op.f("uq_notice_user_id_source_kind")
        ),
    )
    op.create_index(op.f("ix_notice_case_id"), "notice", ["case_id"], unique=False)
    op.create_index(
        "ix_notice_unread",
        "notice",
        ["user_id", "id"],
        unique=False,
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_index("ix_notice_user", "notice", ["user_id", "id"], unique=False)
    for statement in SEARCH[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE case_text_fts")
    op.drop_index("ix_notice_user", table_name="notice")
    op.drop_index(
        "ix_notice_unread",
        table_name="notice",
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.drop_index(op.f("ix_notice_case_id"), table_name="notice")
    op.drop_table("notice")
    op.drop_index(op.f("ix_case_unit_unit_id"), table_name="case_unit")
    op.drop_table("case_unit")
    op.drop_table("case_text")
    op.drop_index(op.f("ix_case_link_vessel_id"), table_name="case_link")
    op.drop_index(op.f("ix_case_link_person_id"), table_name="case_link")
    op.drop_index(op.f("ix_case_link_other_case_id"), table_name="case_link")
    op.drop_index(op.f("ix_case_link_marker_id"), table_name="case_link")
    op.drop_index(op.f("ix_case_link_case_id"), table_name="case_link")
    op.drop_table("case_link")
    op.drop_table("case_event")
    op.drop_index(
        "ix_case_clock_warn",
        table_name="case_clock",
        sqlite_where=sa.text("is_running IS 1"),
        postgresql_where=sa.text("is_running IS true"),
    )
    op.drop_index(
        "ix_case_clock_due",
        table_name="case_clock",
        sqlite_where=sa.text("is_running IS 1 AND missed_at IS NULL"),
        postgresql_where=sa.text("is_running IS true AND missed_at IS NULL"),
    )
    op.drop_index(op.f("ix_case_clock_case_id"), table_name="case_clock")
    op.drop_table("case_clock")
    op.drop_index(op.f("ix_attachment_case_id"), table_name="attachment")
    op.drop_table("attachment")
    op.drop_index(op.f("ix_marker_measurement_marker_id"), table_name="marker_measurement")
    op.drop_table("marker_measurement")
    op.drop_index("ix_marker_change_marker", table_name="marker_change")
    op.drop_table("marker_change")
    op.drop_index("ix_case_updated", table_name="case")
    op.drop_index("ix_case_type_state", table_name="case")
    op.drop_index("ix_case_province", table_name="case")
    op.drop_index(
        "ix_case_place",
        table_name="case",
        sqlite_where=sa.text("z_key IS NOT NULL"),
        postgresql_where=sa.text("z_key IS NOT NULL"),
    )
    op.drop_index("ix_case_owner", table_name="case")
    op.drop_index(
        "ix_case_open_updated",
        table_name="case",
        sqlite_where=sa.text("is_open IS 1"),
        postgresql_where=sa.text("is_open IS true"),
    )
    op.drop_index(
        "ix_case_open_owner",
        table_name="case",
        sqlite_where=sa.text("is_open IS 1"),
        postgresql_where=sa.text("is_open IS true"),
    )
    op.drop_index(
        "ix_case_open_due",
        table_name="case",
        sqlite_where=sa.text("is_open IS 1"),
        postgresql_where=sa.text("is_open IS true"),
    )
    op.drop_index(
        "ix_case_open_assignee",
        table_name="case",
        sqlite_where=sa.text("is_open IS 1"),
        postgresql_where=sa.text("is_open IS true"),
    )
    op.drop_index("ix_case_marker", table_name="case")
    op.drop_index("ix_case_kind", table_name="case")
    op.drop_index("ix_case_country", table_name="case")
    op.drop_table("case")
    op.drop_index(op.f("ix_marker_segment_id"), table_name="marker")
    op.drop_index("ix_marker_province", table_name="marker")
    op.drop_index(op.f("ix_marker_position_id"), table_name="marker")
    op.drop_index(
        "ix_marker_place",
        table_name="marker",
        sqlite_where=sa.text("z_key IS NOT NULL"),
        postgresql_where=sa.text("z_key IS NOT NULL"),
    )
    op.drop_index("ix_marker_line", table_name="marker")
    op.drop_index("ix_marker_condition", table_name="marker")
    op.drop_index("ix_marker_chainage", table_name="marker")
    op.drop_table("marker")
    op.drop_index(op.f("ix_user_role_unit_id"), table_name="user_role")
    op.drop_index(op.f("ix_user_role_role_id"), table_name="user_role")
    op.drop_table("user_role")
    op.drop_index(op.f("ix_position_segment_id"), table_name="position")
    op.drop_index("ix_position_province", table_name="position")
    op.drop_table("position")
    op.drop_index(op.f("ix_passkey_user_id"), table_name="passkey")
    op.drop_table("passkey")
    op.drop_index(op.f("ix_held_form_created_at"), table_name="held_form")
    op.drop_table("held_form")
    op.drop_index(op.f("ix_vessel_unit_id"), table_name="vessel")
    op.drop_index(op.f("ix_vessel_number_fold"), table_name="vessel")
    op.drop_index(op.f("ix_vessel_home_province_code"), table_name="vessel")
    op.drop_index(op.f("ix_vessel_country_code"), table_name="vessel")
    op.drop_index(op.f("ix_vessel_canonical"), table_name="vessel")
    op.drop_table("vessel")
    op.drop_table("user_account")
    op.drop_index("ix_segment_province", table_name="segment")
    op.drop_table("segment")
    op.drop_index(op.f("ix_person_unit_id"), table_name="person")
    op.drop_index(op.f("ix_person_sort_name"), table_name="person")
    op.drop_index(op.f("ix_person_home_province_code"), table_name="person")
    op.drop_index(op.f("ix_person_country_code"), table_name="person")
    op.drop_table("person")
    op.drop_index(op.f("ix_mission_unit_id"), table_name="mission")
    op.drop_index("ix_mission_country", table_name="mission")
    op.drop_table("mission")
    op.drop_index("ix_import_finding_batch", table_name="import_finding")
    op.drop_table("import_finding")
    op.drop_index(op.f("ix_vessel_prefix_province_code"), table_name="vessel_prefix")
    op.drop_table("vessel_prefix")
    op.drop_index(op.f("ix_unit_successor_id"), table_name="unit")
    op.drop_index(op.f("ix_unit_province_code"), table_name="unit")
    op.drop_index(op.f("ix_unit_parent_id"), table_name="unit")
    op.drop_index("ix_unit_kind_valid", table_name="unit")
    op.drop_index(op.f("ix_unit_country_code"), table_name="unit")
    op.drop_index(op.f("ix_unit_code"), table_name="unit")
    op.drop_table("unit")
    op.drop_index("ix_sign_in_attempt_address_at", table_name="sign_in_attempt")
    op.drop_index("ix_sign_in_attempt_account_at", table_name="sign_in_attempt")
    op.drop_table("sign_in_attempt")
    op.drop_table("schedule_slot")
    op.drop_table("role")
    op.drop_table("register_version")
    op.drop_table("reference_counter")
    op.drop_index("ix_outbox_state_job", table_name="outbox")
    op.drop_index(
        "ix_outbox_pending_due",
        table_name="outbox",
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.drop_table("outbox")
    op.drop_table("map_cell")
    op.drop_table("map_build")
    op.drop_index("ix_line_fact_subject", table_name="line_fact")
    op.drop_table("line_fact")
    op.drop_table("import_column_memory")
    op.drop_index("ix_import_batch_unit", table_name="import_batch")
    op.drop_table("import_batch")
    op.drop_index(op.f("ix_dated_setting_key"), table_name="dated_setting")
    op.drop_table("dated_setting")
    op.drop_table("case_type_version")
    op.drop_table("calendar_day")
    op.drop_table("border_line")
    op.drop_index(op.f("ix_audit_entry_user_id"), table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_subject"), table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_at"), table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_table("audit_check")
