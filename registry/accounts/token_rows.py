"""Tokens of the API: made within what their maker may, listed without what opens, and revoked."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from registry import store
from registry.accounts.tokens import Caller, hashed
from registry.guard.areas import Area, Verb
from registry.guard.authority import in_scope
from registry.problems import Kind, Problem
from registry.sites import sites
from registry.tables.tokens import api_token

ALL = "*:write"
"""The scope that bounds nothing."""
MOST = 100
"""So many tokens of one account are in force at most."""
SCOPES = frozenset(f"{area}:{verb}" for area in ("*", *Area) for verb in Verb)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a token is: its name for people, whose it is (None: a service's), its bounds and its end (None: none)."""

    name: str
    scopes: frozenset[str]
    account: str | None = None
    sites: frozenset[str] | None = None
    expires_ms: int | None = None


def first(connection: Connection, ident: str, token: str, at_ms: int) -> bool:
    """Make ``token`` the first one, an administrator's, where there is none yet; whether that was so."""
    if connection.execute(select(api_token.c.id).limit(1)).first() is not None:
        return False
    add(connection, ident, token, Terms("operator", frozenset({ALL})), "", at_ms)
    return True


def add(connection: Connection, ident: str, token: str, terms: Terms, author: str, at_ms: int) -> None:
    """Let ``token`` ask what its terms say. Raises Problem."""
    check_scopes(terms.scopes)
    for site in sorted(terms.sites or ()):
        sites.site(connection, site)
    if terms.expires_ms is not None and terms.expires_ms <= at_ms:
        raise Problem(Kind.INVALID, "a token ends after it is made; correct `expires_ms`.")
    if terms.account is not None and len(_in_force(connection, terms.account, at_ms)) >= MOST:
        raise Problem(Kind.OUT_OF_TURN, f"an account has at most {MOST} tokens; revoke one that is not used.")
    connection.execute(
        insert(api_token).values(
            id=ident,
            name=terms.name,
            account=terms.account,
            scopes=" ".join(sorted(terms.scopes)),
            sites=None if terms.sites is None else " ".join(sorted(terms.sites)),
            token_hash=hashed(token),
            created_ms=at_ms,
            created_by=author,
            expires_ms=terms.expires_ms,
        )
    )


def _in_force(connection: Connection, account: str, at_ms: int) -> list[str]:
    c = api_token.c
    lasting = c.expires_ms.is_(None) | (c.expires_ms > at_ms)
    return list(connection.execute(select(c.id).where(c.account == account, c.revoked_ms.is_(None), lasting)).scalars())


def check_scopes(scopes: Iterable[str]) -> None:
    """Every scope is one that there is, and there is one. Raises Problem."""
    found = sorted(scopes)
    if not found:
        raise Problem(Kind.INVALID, "a token has at least one scope, such as people:read.")
    for scope in found:
        if scope not in SCOPES:
            named = scope if re.fullmatch(r"[a-z*:-]{1,40}", scope) else "one of them"
            raise Problem(Kind.INVALID, f"{named} is no scope; write AREA:read or AREA:write, or * for every area.")


def exceeds(caller: Caller, terms: Terms) -> bool:
    """Whether a token would do more than that of whoever makes it, at more sites, or longer."""
    maker = caller.authority
    if caller.expires_ms is not None and (terms.expires_ms is None or terms.expires_ms > caller.expires_ms):
        return True
    for scope in terms.scopes:
        name, _, verb = scope.partition(":")
        areas = Area if name == "*" else (Area(name),)
        if any(not in_scope(maker, area, Verb(verb)) for area in areas):
            return True
    return maker.within is not None and not (terms.sites is not None and terms.sites <= maker.within)


def revoke(connection: Connection, ident: str, at_ms: int) -> None:
    """Let a token ask nothing from now on; again changes nothing. Raises Problem."""
    here = api_token.c.id == ident
    if store.one(connection, api_token, here, "token").revoked_ms is None:
        connection.execute(update(api_token).where(here).values(revoked_ms=at_ms))
