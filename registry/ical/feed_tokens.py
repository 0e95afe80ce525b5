"""Calendar feeds: made, found by their token, revoked (guarantee P8)."""

from dataclasses import dataclass
from enum import StrEnum
from hmac import compare_digest

from sqlalchemy import Connection, Row, delete, insert, select

from registry import store
from registry.accounts.tokens import hashed
from registry.edit import Edit
from registry.identity import TOKEN_LENGTH
from registry.problems import Kind, Problem
from registry.sites import sites
from registry.tables import core as t
from registry.tables.feeds import feed_token

PREFIX = "/feeds/"
SUFFIX = ".ics"


class FeedOf(StrEnum):
    """Whose calendar a feed is."""

    PERSON = "person"
    RESOURCE = "resource"
    SITE = "site"


@dataclass(frozen=True, slots=True)
class Target:
    """What a feed is of: a person, a site, or a resource of a site."""

    person: str | None = None
    site: str | None = None
    resource: str | None = None

    @property
    def kind(self) -> FeedOf:
        """Which of the three."""
        return FeedOf.PERSON if self.person else FeedOf.RESOURCE if self.resource else FeedOf.SITE


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Whoever holds the token of a feed, by the feed's id."""

    id: str
    target: Target
    created_ms: int


def add(edit: Edit, ident: str, token: str, target: Target, operator: str) -> None:
    """Let ``token`` read the calendar of what is known to the registry. Raises Problem."""
    if target.person:
        store.one(edit.connection, t.person, t.person.c.id == target.person, "person")
    if target.site:
        sites.site(edit.connection, target.site)
    if target.resource:
        here = (t.resource.c.site == target.site) & (t.resource.c.id == target.resource)
        store.one(edit.connection, t.resource, here, "resource")
    edit.connection.execute(
        insert(feed_token).values(
            id=ident,
            token_hash=hashed(token),
            kind=str(target.kind),
            person=target.person,
            site=target.site,
            resource=target.resource,
            created_ms=edit.at_ms,
            created_by=operator,
        )
    )


def revoke(edit: Edit, ident: str) -> None:
    """Let a feed's token read nothing more. Raises Problem."""
    if edit.connection.execute(delete(feed_token).where(feed_token.c.id == ident)).rowcount == 0:
        raise Problem(Kind.NOT_FOUND, "there is no such feed; list them to see which there are.")


def of_path(path: str) -> str | None:
    """The token in an address; None where it is none of ours by its looks."""
    token = path.removeprefix(PREFIX).removesuffix(SUFFIX)
    fits = path.startswith(PREFIX) and path.endswith(SUFFIX) and len(token) == TOKEN_LENGTH and token.isascii()
    return token if fits else None


def find(connection: Connection, token: str) -> Subscriber | None:
    """Whose token this is."""
    digest = hashed(token)
    row = connection.execute(select(feed_token).where(feed_token.c.token_hash == digest)).one_or_none()
    if row is None or not compare_digest(row.token_hash, digest):
        return None
    return Subscriber(row.id, target_of(row), row.created_ms)


def target_of(row: Row[tuple[object, ...]]) -> Target:
    """What a row of the table is of."""
    return Target(row.person, row.site, row.resource)
