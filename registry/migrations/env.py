"""How Alembic runs the migrations: on the connection that ``registry.migrate`` hands it, in its transaction."""

from alembic import context

from registry.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
