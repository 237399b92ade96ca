"""Hồ sơ mốc: ảnh và tài liệu, tên cũ có ngày và nguồn, lý do chọn tọa độ; hồ sơ mở dọc tuyến.

The file of a marker: photos and papers, dated earlier names, why a measurement was adopted; open
cases in the order of the line.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "marker_document",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("marker_id", BIG, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("media_type", sa.String(255), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("caption", sa.String(255), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("uploaded_by", sa.Integer(), nullable=False),
        sa.Column("uploader_name", sa.String(255), nullable=False),
        sa.Column("uploaded_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("withdrawn_because", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_marker_document"),
        sa.ForeignKeyConstraint(
            ["marker_id"], ["marker.id"], name="fk_marker_document_marker_id_marker"
        ),
    )
    op.create_index("ix_marker_document_marker_id", "marker_document", ["marker_id"])
    op.create_index("ix_marker_document_sha256", "marker_document", ["sha256"])
    op.create_table(
        "marker_name",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("marker_id", BIG, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_marker_name"),
        sa.ForeignKeyConstraint(
            ["marker_id"], ["marker.id"], name="fk_marker_name_marker_id_marker"
        ),
    )
    op.create_index("ix_marker_name_marker_id", "marker_name", ["marker_id"])
    op.add_column(
        "marker_measurement",
        sa.Column("adopted_because", sa.Text(), nullable=False, server_default=""),
    )
    op.create_index(
        "ix_case_open_along",
        "case",
        ["neighbour", "chainage_m"],
        sqlite_where=sa.text("is_open IS 1"),
        postgresql_where=sa.text("is_open IS true"),
    )


def downgrade() -> None:
    op.drop_index("ix_case_open_along", table_name="case")
    op.drop_column("marker_measurement", "adopted_because")
    op.drop_index("ix_marker_name_marker_id", table_name="marker_name")
    op.drop_table("marker_name")
    op.drop_index("ix_marker_document_sha256", table_name="marker_document")
    op.drop_index("ix_marker_document_marker_id", table_name="marker_document")
    op.drop_table("marker_document")
