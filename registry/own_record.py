"""Everything that the registry's tables hold of a person, as they may read it themselves (guarantees P5, P9).

Every table with a person's column is among them, so that a new one cannot be forgotten; what is secret, or another
person's, is left out.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, LargeBinary, Table, func, select

from registry import authors
from registry import tables as t
from registry.tables_accounts import account, web_session
from registry.tables_base import METADATA

SECRET = frozenset({"password", "totp_step", "token_hash", "hash", "csrf", "told"})
OTHERS = frozenset({"holder"})
"""Whose card it was that somebody showed: perhaps not theirs."""
LOOKS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody looked at this person's history: when, who (a name where it is known), and at what."""

    at_ms: int
    who: str
    what: str


def of_person(connection: Connection, person: str, own_account: str) -> dict[str, list[dict[str, Any]]]:
    """The rows about a person, and those of the account that they sign in with, by table."""
    found = {"person": _rows(connection, t.person, "id", person)}
    for table in METADATA.sorted_tables:
        if "person" in table.c and table is not account:
            found[table.name] = _rows(connection, table, "person", person)
    found["account"] = _rows(connection, account, "id", own_account)
    found["web_session"] = _rows(connection, web_session, "account", own_account)
    return found


def counts(connection: Connection, person: str, own_account: str) -> dict[str, int]:
    """How many rows there are of each table that has any."""
    wanted = {table.name: (table, "person") for table in METADATA.sorted_tables if "person" in table.c}
    wanted |= {"account": (account, "id"), "web_session": (web_session, "account")}
    owners = {"account": own_account, "web_session": own_account}
    found = {
        name: connection.execute(
            select(func.count()).select_from(table).where(table.c[column] == owners.get(name, person))
        ).scalar_one()
        for name, (table, column) in wanted.items()
    }
    return {name: number for name, number in found.items() if number}


def _rows(connection: Connection, table: Table, column: str, value: str) -> list[dict[str, Any]]:
    shown = [one for one in table.c if one.name not in SECRET | OTHERS and not isinstance(one.type, LargeBinary)]
    query = select(*shown).where(table.c[column] == value).order_by(*table.primary_key.columns)
    return [dict(row) for row in connection.execute(query).mappings()]


def looks(connection: Connection, person: str) -> list[Looked]:
    """Who looked at a person's history, the last first."""
    c = t.look.c
    rows = connection.execute(
        select(c.operator, c.what, c.at_ms).where(c.person == person).order_by(c.at_ms.desc()).limit(LOOKS_SHOWN)
    ).all()
    names = authors.names_of(connection, (row.operator for row in rows))
    return [Looked(row.at_ms, names.get(row.operator, row.operator), row.what) for row in rows]
