"""How Alembic runs the migrations: on the connection that ``registry.migrate`` hands it, in its transaction."""

from alembic import context

from registry.tables import accounts as tables_accounts  # noqa: F401 -- bring every table into the collection
from registry.tables import core as tables  # noqa: F401 -- bring every table into the collection
from registry.tables import feeds as tables_feeds  # noqa: F401 -- bring every table into the collection
from registry.tables.base import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
