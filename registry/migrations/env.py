"""How Alembic runs the migrations: on the connection that ``registry.migrate`` hands it, in its transaction."""

from alembic import context

from registry import tables, tables_accounts, tables_feeds  # noqa: F401 -- bring every table into the collection
from registry.tables_base import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
