"""Who asks: bearer tokens, stored as SHA-256 only and compared in constant time."""

from dataclasses import dataclass, replace
from hashlib import sha256
from hmac import compare_digest

from sqlalchemy import Connection, bindparam, select

from registry.guard import authorities
from registry.guard.authority import ADMINISTRATOR, NOBODY, Authority
from registry.identity import TOKEN_LENGTH
from registry.prepared import Prepared
from registry.tables import core as t
from registry.tables.tokens import api_token


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever holds a token of the API, by its id: an ``account``'s, or a service's (None); until when it is in force,
    and when it was last used.
    """

    id: str
    account: str | None
    authority: Authority
    expires_ms: int | None = None
    last_day: str = ""

    @property
    def author(self) -> str:
        """In whose name it is done what they do."""
        return self.account or self.id


@dataclass(frozen=True, slots=True)
class Gateway:
    """The gateway of one site."""

    site: str
    id: str


Principal = Caller | Gateway
_g, _a = t.gateway.c, api_token.c
_GATEWAY = Prepared(select(_g.site, _g.id, _g.token_hash).where(_g.token_hash == bindparam("digest")))
_TOKEN = Prepared(
    select(_a.id, _a.account, _a.token_hash, _a.revoked_ms, _a.expires_ms, _a.sites, _a.scopes, _a.last_day).where(
        _a.token_hash == bindparam("digest")
    )
)


def hashed(token: str) -> str:
    """A token as it is stored. It is 256 random bits, so a plain hash is enough."""
    return sha256(token.encode()).hexdigest()


def of_header(authorization: str) -> str | None:
    """The token of an Authorization header; None where it is none of ours by its looks."""
    scheme, _, token = authorization.partition(" ")
    fits = scheme.lower() == "bearer" and len(token) == TOKEN_LENGTH and token.isascii()
    return token if fits else None


def find(connection: Connection, token: str, at_ms: int) -> Principal | None:
    """Whose token this is at a moment; None where it is nobody's, has expired or was revoked."""
    digest = hashed(token)
    gateway = _GATEWAY.on(connection, {"digest": digest}).one_or_none()
    if gateway is not None and compare_digest(gateway.token_hash, digest):
        return Gateway(gateway.site, gateway.id)
    row = _TOKEN.on(connection, {"digest": digest}).one_or_none()
    if row is None or not compare_digest(row.token_hash, digest) or row.revoked_ms is not None:
        return None
    if row.expires_ms is not None and row.expires_ms <= at_ms:
        return None
    holder = ADMINISTRATOR if row.account is None else authorities.of_account(connection, row.account, at_ms)
    if holder == NOBODY:
        return None
    within = None if row.sites is None else frozenset(row.sites.split())
    bound = replace(holder, scopes=frozenset(row.scopes.split()), within=within)
    return Caller(row.id, row.account, bound, row.expires_ms, row.last_day or "")
