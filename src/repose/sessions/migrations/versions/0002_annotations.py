"""Annotations, settings, and an index for a person's sessions, newest first."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """From 0001 to 0002."""
    op.create_table(
        "settings",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_settings"),
    )
    op.create_table(
        "annotations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("truth", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["set_id"], ["sets.id"], name="fk_annotations_set_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_annotations"),
    )
    op.create_index("ix_annotations_set_id", "annotations", ["set_id"])
    op.create_index("ix_sessions_person_id_begun_at", "sessions", ["person_id", "begun_at"])
    op.drop_index("ix_sessions_person_id", "sessions")
