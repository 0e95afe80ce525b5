"""Accounts of the registry, as rows: for tests of what their holders may."""

from sqlalchemy import insert

from registry.tables.accounts import account
from tests.support.centres import Centre


def add_account(
    centre: Centre, ident: str, person: str | None, *, administrator: bool = False, active: bool = True
) -> None:
    """Make an account of a person, or of nobody known."""
    values: dict[str, object] = {"id": ident, "person": person, "login": ident, "name": ident, "created_ms": 0}
    values |= {"password": None, "totp": None, "totp_on": False, "totp_step": None, "must_change": False, "revision": 1}
    with centre.database.write() as connection:
        connection.execute(insert(account).values(**values, administrator=administrator, active=active))
