"""Staff at a site's own pages speak to the centre as themselves: by login, password and second step their site is lent
a token of theirs, for badges there and for an hour. The gateway itself may give nobody a badge.
"""

from dataclasses import dataclass
from math import ceil

from sqlalchemy import Connection

from access.clock import HOUR_MS
from pages import passwords
from registry import identity
from registry.accounts import accounts, second_factor, token_rows
from registry.accounts.accounts import Account
from registry.accounts.token_rows import Terms
from registry.guard import acts, authorities
from registry.guard.acts import Act, Did, From
from registry.guard.areas import Area, Verb
from registry.guard.authority import Authority, at, may
from registry.problems import Kind, Problem
from registry.settings import Shared

LASTS_MS = HOUR_MS
SCOPES = frozenset({f"{Area.BADGES}:{Verb.WRITE}", f"{Area.PEOPLE}:{Verb.READ}"})
NAME = "badges at {site}"
HOW = "badges"
"""How the trail says that somebody signed in for this."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody shows who stands at a site: ``code`` of their second step, "" where they were not asked for one."""

    login: str
    password: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Lent:
    """A token, and from when to when it opens."""

    token: str
    at_ms: int
    until_ms: int


def lend(shared: Shared, site: str, shown: Shown, address: From) -> Lent:
    """Lend the site a token of whoever this is. Raises Problem: wrong guesses are told alike, ``second`` says that a
    code of the second step is asked for.
    """
    login, now_s, at_ms = passwords.folded_login(shown.login), shared.settings.mono_s(), shared.settings.wall_ms()
    if (wait_s := shared.by_login.wait_s(login, now_s)) > 0:
        retry = {"Retry-After": str(ceil(wait_s))}
        raise Problem(Kind.TOO_MANY, "too many wrong guesses of this login; wait as Retry-After says.", retry)
    with shared.database.read() as connection:
        found = accounts.of_login(connection, login, at_ms)
        held = None if found is None else authorities.of_account(connection, found.account.id, at_ms)
    right = passwords.matches(None if found is None else found.password, shown.password)
    if found is None or held is None or not right or not found.account.active or found.account.must_change:
        whose = None if found is None else found.account.id
        raise _wrong(shared, login, Act(Did.FAILED, account=whose, site=site, address=address))
    _check(shared, site, found.account, held)
    if found.account.totp_on and not shown.code:
        raise _second()
    token = identity.new_token()
    with shared.database.write() as connection:
        passed = not found.account.totp_on or second_factor.takes(
            connection, shared.keys.folder, found.account.id, shown.code, at_ms
        )
        if passed:
            _make(connection, found.account.id, site, token, at_ms, address)
    if not passed:
        _wrong(shared, login, Act(Did.FAILED, account=found.account.id, site=site, address=address))
        raise _second()
    shared.by_login.right(login)
    return Lent(token, at_ms, at_ms + LASTS_MS)


def _check(shared: Shared, site: str, account: Account, held: Authority) -> None:
    """Whoever this is may give badges at the site, and has what their role is asked for. Raises Problem."""
    if not may(held, Area.BADGES, Verb.WRITE, at(site)):
        raise Problem(Kind.NOT_YOURS, "this account may give no badges at this site; ask a coordinator.")
    if not account.totp_on and shared.settings.second_for & {str(one.role) for one in held.held}:
        raise Problem(Kind.OUT_OF_TURN, "this role signs in with a second step; set it up at the centre first.")


def _make(connection: Connection, account: str, site: str, token: str, at_ms: int, address: From) -> None:
    terms = Terms(NAME.format(site=site), SCOPES, account, frozenset({site}), at_ms + LASTS_MS)
    token_rows.add(connection, identity.new_id(), token, terms, account, at_ms)
    acts.note(connection, Act(Did.SIGNED_IN, account, account, site=site, address=address, what=HOW), at_ms)


def _wrong(shared: Shared, login: str, failed: Act) -> Problem:
    """Count a wrong guess and write it into the trail; what to answer."""
    shared.by_login.wrong(login, shared.settings.mono_s())
    with shared.database.write() as connection:
        acts.note(connection, failed, shared.settings.wall_ms())
    return Problem(Kind.NOT_YOURS, "this is no login and password of an account in force; correct them.", wrong=True)


def _second() -> Problem:
    return Problem(Kind.NOT_YOURS, "send a code of this account's second step, too.", second=True)
