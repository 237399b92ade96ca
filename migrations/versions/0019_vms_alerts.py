"""Cảnh báo VMS: chuyến biển, cảnh báo, nhật ký, trích xuất chứng cứ, tệp vị trí đã kiểm tra.

Alerts of the tracking of vessels: trips, alerts, notes, frozen extracts, checked files of
positions; the roles that see them and work on them.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ROLE = sa.table("role", sa.column("code", sa.String), sa.column("permissions", sa.JSON))
TABLES = ("vms_day", "vms_extract", "vms_note", "vms_alert", "vms_trip")
SEEN = (
    *("border_command", "border_station", "foreign_affairs_officer", "foreign_affairs_leader"),
    *("province_leader", "province_police", "consular_officer", "consular_leader"),
)
GIVEN = {
    **{code: ["vms:view"] for code in SEEN},
    "fisheries_officer": ["vms:record", "vms:view"],
}


def short(name: str, *, default: str | None = None) -> sa.Column:
    return sa.Column(name, sa.String(64), nullable=False, server_default=default)


def upgrade() -> None:
    _trips()
    _alerts()
    _of_trips()
    _days()
    for code, held in _roles():
        _keep(code, sorted({*held, *GIVEN[code]}))


def downgrade() -> None:
    for name in TABLES:
        op.drop_table(name)
    for code, held in _roles():
        _keep(code, [one for one in held if not one.startswith("vms:")])


def _trips() -> None:
    op.create_table(
        "vms_trip",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("vessel_id", BIG, nullable=True),
        short("number_raw"),
        short("number_fold"),
        sa.Column("province_code", sa.String(8), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("alert_count", sa.Integer(), nullable=False),
        sa.Column("crossing_count", sa.Integer(), nullable=False),
        sa.Column("longest_s", sa.Integer(), nullable=False),
        sa.Column("lost_since", MOMENT, nullable=True),
        sa.Column("beyond_since", MOMENT, nullable=True),
        sa.Column("last_report_at", MOMENT, nullable=True),
        sa.Column("told_step", sa.Integer(), nullable=False),
        sa.Column("told_missed", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        short("outcome"),
        sa.Column("outcome_at", MOMENT, nullable=True),
        sa.Column("case_id", BIG, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_vms_trip"),
        sa.ForeignKeyConstraint(["vessel_id"], ["vessel.id"], name="fk_vms_trip_vessel_id_vessel"),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_vms_trip_case_id_case"),
    )
    op.create_index("ix_vms_trip_province", "vms_trip", ["province_code", "is_open", "last_at"])
    op.create_index("ix_vms_trip_fold", "vms_trip", ["number_fold", "started_at"])
    for column in ("vessel_id", "unit_id", "is_open", "case_id"):
        op.create_index(f"ix_vms_trip_{column}", "vms_trip", [column])


def _alerts() -> None:
    op.create_table(
        "vms_alert",
        *_of_trip("vms_alert"),
        short("number_fold"),
        short("kind"),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("known_until", MOMENT, nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        *(short(name) for name in ("finding", "line", "stretch", "zone", "status", "country")),
        sa.Column("is_official", sa.Boolean(), nullable=False),
        sa.Column("miles", sa.Float(), nullable=True),
        sa.Column("source", sa.String(255), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.UniqueConstraint(
            "number_fold", "kind", "started_at", name="uq_vms_alert_number_fold_kind_started_at"
        ),
    )
    op.create_index("ix_vms_alert_trip_id", "vms_alert", ["trip_id"])
    op.create_index("ix_vms_alert_started_at", "vms_alert", ["started_at"])


def _of_trips() -> None:
    op.create_table(
        "vms_note",
        *_of_trip("vms_note"),
        short("kind"),
        sa.Column("at", MOMENT, nullable=False),
        short("value"),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorder_name", sa.String(255), nullable=False),
    )
    op.create_table(
        "vms_extract",
        *_of_trip("vms_extract"),
        sa.Column("positions", JSON, nullable=False),
        short("sha256"),
        sa.Column("source", sa.String(255), nullable=False),
        short("source_sha256"),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    for name in ("vms_note", "vms_extract"):
        op.create_index(f"ix_{name}_trip_id", name, ["trip_id"])


def _of_trip(name: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("trip_id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.ForeignKeyConstraint(["trip_id"], ["vms_trip.id"], name=f"fk_{name}_trip_id_vms_trip"),
    ]


def _days() -> None:
    counts = ("positions", "refused", "vessels", "gaps", "unsettled", "hits")
    op.create_table(
        "vms_day",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        short("sha256"),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("first_at", MOMENT, nullable=True),
        sa.Column("last_at", MOMENT, nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.Column("checked_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_vms_day"),
    )
    op.create_index("ix_vms_day_sha256", "vms_day", ["sha256"])
    op.create_index("ix_vms_day_unit_id", "vms_day", ["unit_id"])


def _roles() -> list[tuple[str, list[str]]]:
    chosen = sa.select(ROLE.c.code, ROLE.c.permissions).where(ROLE.c.code.in_(GIVEN))
    return [(row.code, list(row.permissions)) for row in op.get_bind().execute(chosen)]


def _keep(code: str, permissions: list[str]) -> None:
    changed = sa.update(ROLE).where(ROLE.c.code == code).values(permissions=permissions)
    op.get_bind().execute(changed)
