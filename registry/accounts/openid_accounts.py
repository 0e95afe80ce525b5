"""Whose account somebody has whom an identity provider has signed in.

What the provider calls them is kept as a keyed hash: at some it is their codice fiscale (P3).
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from pages.passwords import folded_login
from registry.accounts.accounts import Account, account_of
from registry.accounts.openid import Failure, NotSignedIn
from registry.accounts.openid_file import Provider
from registry.guard import acts
from registry.guard.acts import Act, Did
from registry.tables import core as t
from registry.tables.accounts import account, linked_identity, password_reset

TIN = "TINIT-"
"""How SPID begins an Italian codice fiscale (ETSI EN 319 412-1)."""


def found(connection: Connection, provider: Provider, tag: str, claims: Mapping[str, Any]) -> Account:
    """The account of whoever these claims are of: the one that was linked before, else the one that the claim finds.

    ``tag`` is what the provider calls them, hashed. Raises NotSignedIn.
    """
    link = linked_identity.c
    mine = (link.issuer == provider.issuer) & (link.subject == tag)
    linked = select(account).join(linked_identity, link.account == account.c.id).where(mine)
    row = connection.execute(linked).one_or_none()
    if row is None:
        row = connection.execute(_claimed(provider, claims)).one_or_none()
    if row is None or not row.active:
        raise NotSignedIn(Failure.NOBODY)
    return account_of(row)


def link(connection: Connection, provider: Provider, tag: str, ident: str, at_ms: int) -> None:
    """Remember whose account it is, once; whoever the provider has signed in needs no code any more."""
    key = (linked_identity.c.issuer == provider.issuer) & (linked_identity.c.subject == tag)
    if connection.execute(select(linked_identity.c.account).where(key)).first() is None:
        values = {"issuer": provider.issuer, "subject": tag, "account": ident, "linked_ms": at_ms}
        connection.execute(insert(linked_identity).values(values))
        acts.note(connection, Act(Did.LINKED, ident, ident), at_ms)
    connection.execute(delete(password_reset).where(password_reset.c.account == ident))
    connection.execute(update(account).where(account.c.id == ident).values(must_change=False))


def _claimed(provider: Provider, claims: Mapping[str, Any]) -> Any:  # noqa: ANN401 -- a select of all columns
    said = claims.get(provider.claim)
    if not isinstance(said, str) or not said.strip():
        raise NotSignedIn(Failure.NOBODY, "the claim is missing")
    if provider.finds == "email":
        if provider.verified and claims.get("email_verified") is not True:
            raise NotSignedIn(Failure.UNVERIFIED)
        return select(account).where(account.c.login == folded_login(said))
    code = said.strip().upper().removeprefix(TIN)
    return select(account).join(t.person, t.person.c.id == account.c.person).where(t.person.c.fiscal_code == code)
