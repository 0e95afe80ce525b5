"""Who asks: bearer tokens, stored as SHA-256 only and compared in constant time."""

from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest

from sqlalchemy import Connection, insert, select

from registry import tables as t
from registry.identity import TOKEN_LENGTH


@dataclass(frozen=True, slots=True)
class Operator:
    """A person of staff, by the id of their credential."""

    id: str


@dataclass(frozen=True, slots=True)
class Gateway:
    """The gateway of one site."""

    site: str
    id: str


Principal = Operator | Gateway


def hashed(token: str) -> str:
    """A token as it is stored. It is 256 random bits, so a plain hash is enough."""
    return sha256(token.encode()).hexdigest()


def of_header(authorization: str) -> str | None:
    """The token of an Authorization header; None where it is none of ours by its looks."""
    scheme, _, token = authorization.partition(" ")
    fits = scheme.lower() == "bearer" and len(token) == TOKEN_LENGTH and token.isascii()
    return token if fits else None


def find(connection: Connection, token: str) -> Principal | None:
    """Whose token this is."""
    digest = hashed(token)
    g, o = t.gateway.c, t.operator.c
    gateway = connection.execute(select(g.site, g.id, g.token_hash).where(g.token_hash == digest)).one_or_none()
    if gateway is not None and compare_digest(gateway.token_hash, digest):
        return Gateway(gateway.site, gateway.id)
    operator = connection.execute(select(o.id, o.token_hash).where(o.token_hash == digest)).one_or_none()
    if operator is not None and compare_digest(operator.token_hash, digest):
        return Operator(operator.id)
    return None


def first_operator(connection: Connection, ident: str, token: str, at_ms: int) -> bool:
    """Make ``token`` the first operator's, where there is no operator yet; whether that was so."""
    if connection.execute(select(t.operator.c.id).limit(1)).first() is not None:
        return False
    connection.execute(insert(t.operator).values(id=ident, token_hash=hashed(token), created_ms=at_ms))
    return True
