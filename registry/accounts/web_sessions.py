"""Who is signed in at the pages: sessions in the database, so that every process of the registry knows them.

A cookie holds 256 random bits, of which the table has the hash alone. A session ends when it is idle too long, at the
latest after half a day, at signing out, and with its account's.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from access.clock import HOUR_MS, MINUTE_MS
from registry.accounts.tokens import hashed
from registry.tables.accounts import account, web_session

IDLE_MS, LASTS_MS = 2 * HOUR_MS, 12 * HOUR_MS
SEEN_EVERY_MS = MINUTE_MS
"""A session's last use is written no more often than this: a look at a page is no edit."""
PER_ACCOUNT = 20


class Over(StrEnum):
    """Why a session is over: nobody used it, it lasted as long as one may, or somebody ended it or its account."""

    IDLE = "idle"
    LASTED = "lasted"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Session:
    """One browser that is signed in; ``csrf`` is what each of its forms brings back, ``told`` waits for its next page.

    ``passed``: no second factor is asked for any more.
    """

    id: str
    account: str
    begun_ms: int
    seen_ms: int
    until_ms: int
    csrf: str
    passed: bool
    agent: str
    told: str | None


@dataclass(frozen=True, slots=True)
class Names:
    """What a new session is known by: its cookie's content, its own id, and its forms' token."""

    cookie: str
    id: str
    csrf: str


def begin(connection: Connection, holder: str, names: Names, agent: str, at_ms: int, *, passed: bool) -> None:
    """Begin a session of an account; those that are over go, and its oldest where it has too many."""
    s = web_session.c
    connection.execute(delete(web_session).where((s.until_ms <= at_ms) | (s.seen_ms <= at_ms - IDLE_MS)))
    newest = select(s.hash).where(s.account == holder).order_by(s.begun_ms.desc(), s.hash).limit(PER_ACCOUNT - 1)
    kept = connection.execute(newest).scalars().all()
    connection.execute(delete(web_session).where(s.account == holder, s.hash.not_in(kept)))
    connection.execute(
        insert(web_session).values(
            hash=hashed(names.cookie),
            id=names.id,
            account=holder,
            begun_ms=at_ms,
            seen_ms=at_ms,
            until_ms=at_ms + LASTS_MS,
            csrf=names.csrf,
            passed=passed,
            agent=agent,
            told=None,
        )
    )


def find(connection: Connection, cookie: str, at_ms: int) -> Session | None:
    """The session of a cookie, of an account in force, that is not over."""
    s = web_session.c
    lives = (s.until_ms > at_ms) & (s.seen_ms > at_ms - IDLE_MS) & account.c.active
    query = select(web_session).join(account, account.c.id == s.account)
    row = connection.execute(query.where(s.hash == hashed(cookie), lives)).one_or_none()
    return None if row is None else _session(row)


def why_over(connection: Connection, cookie: str, at_ms: int) -> Over:
    """Why the session of a cookie is over; one that is not kept any more was ended by its holder or by staff."""
    s = web_session.c
    row = connection.execute(select(web_session).where(s.hash == hashed(cookie))).one_or_none()
    if row is None:
        return Over.ENDED
    if row.until_ms <= at_ms:
        return Over.LASTED
    return Over.IDLE if row.seen_ms <= at_ms - IDLE_MS else Over.ENDED


def seen(connection: Connection, ident: str, at_ms: int) -> None:
    """Note that a session is in use."""
    connection.execute(update(web_session).where(web_session.c.id == ident).values(seen_ms=at_ms))


def tell(connection: Connection, ident: str, told: str | None) -> None:
    """Keep what a session's next page says (None: it was said)."""
    connection.execute(update(web_session).where(web_session.c.id == ident).values(told=told))


def pass_second(connection: Connection, ident: str) -> None:
    """Ask a session for no second factor any more."""
    connection.execute(update(web_session).where(web_session.c.id == ident).values(passed=True))


def of_account(connection: Connection, holder: str, at_ms: int) -> list[Session]:
    """An account's sessions that live, the one used last first."""
    s = web_session.c
    lives = (s.account == holder) & (s.until_ms > at_ms) & (s.seen_ms > at_ms - IDLE_MS)
    return [_session(row) for row in connection.execute(select(web_session).where(lives).order_by(s.seen_ms.desc()))]


def end(connection: Connection, holder: str, ident: str) -> bool:
    """End one session of an account, for good; whether there was one."""
    s = web_session.c
    return connection.execute(delete(web_session).where(s.account == holder, s.id == ident)).rowcount > 0


def end_all(connection: Connection, holder: str, but: str = "") -> None:
    """End every session of an account, but one."""
    s = web_session.c
    connection.execute(delete(web_session).where(s.account == holder, s.id != but))


def _session(row: Row[Any]) -> Session:
    return Session(
        row.id,
        row.account,
        row.begun_ms,
        row.seen_ms,
        row.until_ms,
        row.csrf,
        row.passed,
        row.agent,
        row.told,
    )
