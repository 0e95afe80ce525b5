"""Accounts: who may sign in at the pages; who has no password yet, or not any more, is given a code in its place.

A code opens the one page where its holder chooses a password, for a day. It is told by staff or printed by the command
line and typed where a password is: never part of an address, which browsers and proxies write down (P3).
"""

from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from access.clock import DAY_MS
from pages.passwords import LOGIN_CHARACTERS, folded_login
from registry import store
from registry.accounts.tokens import hashed
from registry.identity import bare_code
from registry.names import checked_name
from registry.problems import Kind, Problem
from registry.tables.accounts import account, password_reset, web_session

CODE_LASTS_MS = DAY_MS


@dataclass(frozen=True, slots=True)
class Account:
    """Who signs in as ``login``; ``person`` is who that is where the registry knows them, and their roles are what
    the account may. An ``administrator`` may everything.
    """

    id: str
    person: str | None
    login: str
    name: str
    administrator: bool
    active: bool
    must_change: bool
    has_password: bool
    totp_on: bool
    created_ms: int
    revision: int


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account as it is asked for."""

    login: str
    name: str
    person: str | None = None
    administrator: bool = False


def checked_login(login: str) -> str:
    """A login as it is kept. Raises Problem."""
    kept = folded_login(login)
    if not kept or len(login.strip()) > LOGIN_CHARACTERS or any(not sign.isprintable() or sign == " " for sign in kept):
        raise Problem(
            Kind.INVALID, f"a login is 1 to {LOGIN_CHARACTERS} characters without spaces, such as an e-mail address."
        )
    return kept


def add(connection: Connection, ident: str, new: NewAccount, at_ms: int) -> None:
    """Make an account that nobody can sign in with before a code is made for it. Raises Problem."""
    values = {
        "id": ident,
        "person": new.person,
        "login": checked_login(new.login),
        "name": checked_name(new.name),
        "password": None,
        "totp": None,
        "totp_on": False,
        "totp_step": None,
        "administrator": new.administrator,
        "active": True,
        "must_change": False,
        "created_ms": at_ms,
        "revision": 1,
    }
    store.add(connection, account, values, "account")


def one(connection: Connection, ident: str) -> Account:
    """An account. Raises Problem where there is none."""
    return account_of(store.one(connection, account, account.c.id == ident, "account"))


@dataclass(frozen=True, slots=True)
class Found:
    """An account and what opens it, as it is kept: a password, and a code that has not run out."""

    account: Account
    password: str | None
    code: str | None

    def opened_by_code(self, guess: str) -> bool:
        """Whether this is the code, however it was typed."""
        return self.code is not None and compare_digest(self.code, hashed(bare_code(guess)))


def of_login(connection: Connection, login: str, at_ms: int) -> Found | None:
    """The account of a login."""
    a, r = account.c, password_reset.c
    row = connection.execute(select(account).where(a.login == folded_login(login))).one_or_none()
    if row is None:
        return None
    code = connection.execute(select(r.hash).where(r.account == row.id, r.until_ms > at_ms)).scalar_one_or_none()
    return Found(account_of(row), row.password, code)


def password_of(connection: Connection, ident: str) -> str | None:
    """An account's password as kept."""
    return connection.execute(select(account.c.password).where(account.c.id == ident)).scalar_one_or_none()


def set_password(connection: Connection, ident: str, kept: str) -> None:
    """Keep a password that its holder chose; a code made before is void."""
    store.change(connection, account, account.c.id == ident, {"password": kept, "must_change": False})
    connection.execute(delete(password_reset).where(password_reset.c.account == ident))


def rehash(connection: Connection, ident: str, kept: str) -> None:
    """Keep the same password under the parameters of today."""
    store.change(connection, account, account.c.id == ident, {"password": kept})


def set_active(connection: Connection, ident: str, *, active: bool) -> None:
    """Put an account in force or out of it; out of it, its sessions end."""
    store.change(connection, account, account.c.id == ident, {"active": active})
    if not active:
        connection.execute(delete(web_session).where(web_session.c.account == ident))


def give_code(connection: Connection, ident: str, code: str, made_by: str, at_ms: int) -> int:
    """Let ``code`` stand in for a password until one is chosen, a day at most; until when, Unix ms.

    The password that was is void, an earlier code as well, and the account's sessions end.
    """
    until_ms = at_ms + CODE_LASTS_MS
    mine = password_reset.c.account == ident
    connection.execute(delete(password_reset).where(mine | (password_reset.c.until_ms <= at_ms)))
    connection.execute(delete(web_session).where(web_session.c.account == ident))
    values = {"hash": hashed(bare_code(code)), "account": ident, "until_ms": until_ms, "made_by": made_by}
    connection.execute(insert(password_reset).values(values))
    store.change(connection, account, account.c.id == ident, {"password": None, "must_change": True})
    return until_ms


def account_of(row: Row[Any]) -> Account:
    """A row of the table as an account."""
    return Account(
        row.id,
        row.person,
        row.login,
        row.name,
        row.administrator,
        row.active,
        row.must_change,
        row.password is not None,
        row.totp_on,
        row.created_ms,
        row.revision,
    )
