"""What a session was for, and by which profiles and whose exercise a set was counted."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """From 0002 to 0003: what is there was exercise, by the defaults and the exercises of the programme."""
    with op.batch_alter_table("sessions") as sessions:
        sessions.add_column(
            sa.Column("purpose", sa.String(length=20), nullable=False, server_default="exercise")
        )
    with op.batch_alter_table("sets") as sets:
        sets.add_column(sa.Column("profiles", sa.JSON(), nullable=False, server_default="[]"))
        sets.add_column(sa.Column("definition", sa.JSON(), nullable=True))
    for table, column in (("sessions", "purpose"), ("sets", "profiles")):
        with op.batch_alter_table(table) as changed:
            changed.alter_column(column, server_default=None)
