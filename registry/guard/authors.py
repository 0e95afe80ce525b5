"""The names of those who did something: an account's holder, a service's token, or the command line (P6, P9)."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from registry.downlink.admission import chunks
from registry.tables.accounts import account
from registry.tables.tokens import api_token

AT_ONCE = 500


def names_of(connection: Connection, authors: Iterable[str]) -> dict[str, str]:
    """The names by id of accounts and tokens; who is no more, or is no such, is not among them."""
    found: dict[str, str] = {}
    for some in chunks(sorted(set(authors)), AT_ONCE):
        for table in (api_token, account):
            rows = connection.execute(select(table.c.id, table.c.name).where(table.c.id.in_(some)))
            found.update((row.id, row.name) for row in rows)
    return found
