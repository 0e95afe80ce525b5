"""Somebody with a role and a token of their own, asking the registry."""

from dataclasses import dataclass

import httpx

from registry import identity
from registry.accounts import token_rows
from registry.accounts.token_rows import Terms
from tests.support.accounts import add_account
from tests.support.centres import Centre


@dataclass(frozen=True, slots=True)
class Staff:
    """Whoever asks: their person, account and token."""

    centre: Centre
    person: str
    account: str
    token: str

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        """Ask with their token."""
        return self.centre.ask(method, path, body, Authorization=f"Bearer {self.token}", **headers)


def holder(centre: Centre, person: str, *scopes: str) -> Staff:
    """An account of a person, and a token of it."""
    account, token = identity.new_id(), identity.new_token()
    add_account(centre, account, person)
    with centre.registry.database.write() as connection:
        terms = Terms("token", frozenset(scopes or {"*:write"}), account)
        token_rows.add(connection, identity.new_id(), token, terms, account, 0)
    return Staff(centre, person, account, token)


def hire(centre: Centre, role: str, site: str | None = "cinisello") -> Staff:
    """Somebody new with a role at cinisello, or at a named site (None: at all)."""
    who: str = centre.made("/people", {"name": role.title()})["id"]
    centre.made(f"/people/{who}/roles", {"role": role, "site": site})
    return holder(centre, who)
