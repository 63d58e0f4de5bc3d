"""Run by Alembic: migrates on the connection, and in the transaction, that it is handed over."""

from alembic import context

from repose.sessions.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    transactional_ddl=True,
    # SQLite can hardly alter a table: it is made anew.
    render_as_batch=True,
)
context.run_migrations()
