"""Setting a registry up without HTTP, for the command line, the demo, the bench and tests: the store, as the API has it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sqlalchemy import update

from registry import clock, identity, sites, tokens
from registry import tables as t
from registry.database import Database
from registry.edit import editing
from registry.keys import Keys, write_secret
from registry.migrate import upgrade

TOKEN_FILE = "gateway.token"  # noqa: S105 -- a file name
KEY_FILE = "credential.key"


@dataclass(frozen=True, slots=True)
class GatewayFiles:
    """What a site's gateway is given once, at installation: its token and the site's credential key."""

    site: str
    token: str
    key: bytes

    def write(self, folder: Path) -> None:
        """Write ``gateway.token`` and ``credential.key`` (hex), each for its owner alone. Raises FileExistsError."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_secret(folder / TOKEN_FILE, self.token)
        write_secret(folder / KEY_FILE, self.key.hex())


class Registry:
    """A registry's database and keys, open; a context manager that closes them."""

    def __init__(self, database_url: str, keys_dir: Path) -> None:
        self.keys = Keys(keys_dir)
        self.keys.open()
        self.database = Database(database_url)
        upgrade(self.database)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def first_operator(self) -> str | None:
        """Make and give the first operator's token; None where there is an operator already."""
        token = identity.new_token()
        with self.database.write() as connection:
            made = tokens.first_operator(connection, identity.new_id(), token, clock.wall_ms())
        return token if made else None

    def add_site(self, site: str, name: str, timezone: str = "Europe/Rome") -> GatewayFiles:
        """Make a site with its key and its gateway's first token. Raises Problem where the id is taken."""
        token = identity.new_token()
        with editing(self.database, clock.wall_ms()) as edit:
            sites.add_site(edit, sites.Site(site, name, timezone))
            sites.add_gateway(edit, site, identity.new_id(), token)
            key = self.keys.add(site, identity.new_key())
        return GatewayFiles(site, token, key)

    def new_generation(self) -> str:
        """Begin a new history of the feed, after a restore from a backup: gateways take a snapshot of it."""
        generation = identity.new_id()
        with editing(self.database, clock.wall_ms()) as edit:
            edit.connection.execute(update(t.feed).values(generation=generation))
        return generation
