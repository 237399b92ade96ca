"""Kiểm tra, tuần tra và quan sát mốc; chu kỳ kiểm tra có ngày và nguồn.

Inspections and observations of markers with photos, and by when each marker is due again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "inspection",
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.Column("neighbour", sa.String(2), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_name", sa.String(255), nullable=False),
        sa.Column("is_joint", sa.Boolean(), nullable=False),
        sa.Column("partner_body", sa.String(255), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("route", sa.String(255), nullable=False),
        sa.Column("members_count", sa.Integer(), nullable=True),
        sa.Column("partner_count", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_illustration", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_name", sa.String(255), nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_inspection"),
        sa.ForeignKeyConstraint(
            ["neighbour"], ["border_line.neighbour"], name="fk_inspection_neighbour_border_line"
        ),
    )
    op.create_index("ix_inspection_began_on", "inspection", ["began_on"])
    op.create_index("ix_inspection_neighbour", "inspection", ["neighbour"])
    op.create_index("ix_inspection_unit_id", "inspection", ["unit_id"])
    op.create_table(
        "inspection_marker",
        sa.Column("inspection_id", key, nullable=False),
        sa.Column("marker_id", key, nullable=False),
        sa.PrimaryKeyConstraint("inspection_id", "marker_id", name="pk_inspection_marker"),
        sa.ForeignKeyConstraint(
            ["inspection_id"],
            ["inspection.id"],
            name="fk_inspection_marker_inspection_id_inspection",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["marker_id"], ["marker.id"], name="fk_inspection_marker_marker_id_marker"
        ),
    )
    op.create_index("ix_inspection_marker_marker_id", "inspection_marker", ["marker_id"])
    op.create_table(
        "marker_observation",
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.Column("marker_id", key, nullable=False),
        sa.Column("inspection_id", key, nullable=True),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("condition", sa.String(64), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_name", sa.String(255), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_name", sa.String(255), nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.Column("is_illustration", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_marker_observation"),
        sa.ForeignKeyConstraint(
            ["inspection_id"],
            ["inspection.id"],
            name="fk_marker_observation_inspection_id_inspection",
        ),
        sa.ForeignKeyConstraint(
            ["marker_id"], ["marker.id"], name="fk_marker_observation_marker_id_marker"
        ),
    )
    op.create_index("ix_marker_observation_inspection_id", "marker_observation", ["inspection_id"])
    op.create_index(
        "ix_marker_observation_marker", "marker_observation", ["marker_id", "observed_on", "id"]
    )
    op.create_table(
        "observation_photo",
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.Column("observation_id", key, nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("media_type", sa.String(255), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_observation_photo"),
        sa.ForeignKeyConstraint(
            ["observation_id"],
            ["marker_observation.id"],
            name="fk_observation_photo_observation_id_marker_observation",
        ),
    )
    op.create_index("ix_observation_photo_observation_id", "observation_photo", ["observation_id"])
    op.create_table(
        "inspection_due",
        sa.Column("marker_id", key, nullable=False),
        sa.Column("inspected_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("marker_id", name="pk_inspection_due"),
        sa.ForeignKeyConstraint(
            ["marker_id"], ["marker.id"], name="fk_inspection_due_marker_id_marker"
        ),
    )
    op.create_index("ix_inspection_due_due", "inspection_due", ["due_on", "marker_id"])
    op.create_table(
        "inspection_interval",
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.Column("neighbour", sa.String(2), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("check", sa.String(64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_inspection_interval"),
    )
    op.create_index("ix_inspection_interval_line", "inspection_interval", ["neighbour", "kind"])


def downgrade() -> None:
    op.drop_index("ix_inspection_interval_line", table_name="inspection_interval")
    op.drop_table("inspection_interval")
    op.drop_index("ix_inspection_due_due", table_name="inspection_due")
    op.drop_table("inspection_due")
    op.drop_index("ix_observation_photo_observation_id", table_name="observation_photo")
    op.drop_table("observation_photo")
    op.drop_index("ix_marker_observation_marker", table_name="marker_observation")
    op.drop_index("ix_marker_observation_inspection_id", table_name="marker_observation")
    op.drop_table("marker_observation")
    op.drop_index("ix_inspection_marker_marker_id", table_name="inspection_marker")
    op.drop_table("inspection_marker")
    op.drop_index("ix_inspection_unit_id", table_name="inspection")
    op.drop_index("ix_inspection_neighbour", table_name="inspection")
    op.drop_index("ix_inspection_began_on", table_name="inspection")
    op.drop_table("inspection")
