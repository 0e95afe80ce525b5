"""Accounts of others: made, given a new code, put out of force, by staff who may."""

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from registry import identity, store
from registry.accounts import accounts, accounts_staff, second_factor
from registry.accounts.accounts import Account, NewAccount
from registry.guard.acts import Did
from registry.guard.areas import Area, Verb
from registry.names import Id, is_id
from registry.problems import Kind, Problem
from registry.tables import core as t
from registry.web.asked import Asked, Looking, Sending
from registry.web.face import NotYours

ACCOUNTS = "/accounts"
NEW = f"{ACCOUNTS}/new"
ONE = f"{ACCOUNTS}/{{account}}"


def routes() -> APIRouter:
    """The list, one account, and what can be done with it."""
    router = APIRouter()
    _shown(router)
    _managing(router)
    return router


def _shown(router: APIRouter) -> None:

    @router.get(ACCOUNTS)
    def listed(asked: Looking, q: str = "") -> Response:
        """The accounts that one may see."""
        asked.need(asked.viewer.is_staff and asked.viewer.may(Area.ACCOUNTS))
        with asked.reading() as connection:
            found = accounts_staff.listed(connection, asked.viewer.authority, q[:120])
        may_add = asked.viewer.may(Area.ACCOUNTS, Verb.WRITE)
        return asked.page("accounts.html", accounts=found, q=q[:120], most=accounts_staff.MOST_LISTED, may_add=may_add)

    @router.get(NEW)
    def new(asked: Looking, person: str = "") -> Response:
        """The form of a new one."""
        asked.need(asked.viewer.is_staff and asked.viewer.may(Area.ACCOUNTS, Verb.WRITE))
        return _form(asked, 200, person=person)

    @router.get(ONE)
    def one(asked: Looking, account: Id) -> Response:
        """One account."""
        with asked.reading() as connection:
            found = accounts.one(connection, account)
            if not (asked.viewer.is_staff and accounts_staff.may_see(connection, asked.viewer.authority, found)):
                raise Problem(Kind.NOT_FOUND, "there is no such account.")
            manages = _manages(asked, connection, found)
        return asked.page("account_one.html", account=found, manages=manages)


def _managing(router: APIRouter) -> None:
    @router.post(NEW)
    def add(asked: Sending) -> Response:
        """Make one, and show the code that it begins with."""
        login, name, person = (asked.fields.get(key, "") for key in ("login", "name", "person"))
        ident, code = identity.new_id(), identity.new_code()
        try:
            with asked.editing() as edit:
                known = _person(asked, edit.connection, person)
                wanted = NewAccount(login, name or _name_of(edit.connection, known), known)
                accounts.add(edit.connection, ident, wanted, asked.at_ms)
                accounts.give_code(edit.connection, ident, code, asked.viewer.account, asked.at_ms)
                asked.note(edit.connection, Did.ACCOUNT_MADE, account=ident, person=known)
                made = accounts.one(edit.connection, ident)
        except Problem as problem:
            where = {Kind.EXISTS: "login", Kind.NOT_FOUND: "person"}.get(problem.kind, "login" if name else "name")
            said = asked.t(f"accounts.wrong.{where}_{'taken' if problem.kind is Kind.EXISTS else 'bad'}")
            return _form(asked, 422, {where: said}, login=login, name=name, person=person)
        return asked.page("account_code.html", account=made, code=code)

    @router.post(f"{ONE}/code")
    def give_code(asked: Sending, account: Id) -> Response:
        """Void its password and show a code in its place, once."""
        code = identity.new_code()
        with asked.editing() as edit:
            found = _managed(asked, edit.connection, account)
            accounts.give_code(edit.connection, found.id, code, asked.viewer.account, asked.at_ms)
            accounts_staff.tell_sites(edit, found.person)
            asked.note(edit.connection, Did.CODE_MADE, account=found.id)
        return asked.page("account_code.html", account=found, code=code)

    @router.post(f"{ONE}/active")
    def set_active(asked: Sending, account: Id) -> Response:
        """Put it out of force, or back: each undoes the other."""
        active = asked.fields.get("active") == "1"
        with asked.editing() as edit:
            found = _managed(asked, edit.connection, account)
            accounts.set_active(edit.connection, found.id, active=active)
            accounts_staff.tell_sites(edit, found.person)
            asked.note(edit.connection, Did.ACCOUNT_CHANGED, "in force" if active else "out of force", account=found.id)
        said = asked.t("accounts.now_active" if active else "accounts.now_inactive", name=found.name)
        return asked.see(f"{ACCOUNTS}/{account}", "success", said)

    @router.post(f"{ONE}/second-off")
    def second_off(asked: Sending, account: Id) -> Response:
        """Take the second step of somebody who has lost their phone away."""
        with asked.editing() as edit:
            found = _managed(asked, edit.connection, account)
            second_factor.turn_off(edit.connection, found.id)
            asked.note(edit.connection, Did.SECOND_OFF, account=found.id)
        return asked.see(f"{ACCOUNTS}/{account}", "success", asked.t("accounts.second_is_off", name=found.name))


def _person(asked: Asked, connection: Connection, person: str) -> str | None:
    """Whose account it is to be. Raises Problem, NotYours."""
    known = person or None
    if known is not None and not is_id(known):
        raise Problem(Kind.NOT_FOUND, "there is no such person.")
    if known is not None:
        store.one(connection, t.person, t.person.c.id == known, "person")
    if not accounts_staff.may_manage(connection, asked.viewer.authority, known, asked.at_ms):
        raise NotYours
    return known


def _name_of(connection: Connection, person: str | None) -> str:
    return "" if person is None else str(store.one(connection, t.person, t.person.c.id == person, "person").name)


def _manages(asked: Asked, connection: Connection, found: Account) -> bool:
    """Whether the viewer may do something with an account: one's own has a page of its own."""
    if found.id == asked.viewer.account:
        return False
    if found.administrator and not accounts_staff.is_administrator(asked.viewer.authority):
        return False
    return accounts_staff.may_manage(connection, asked.viewer.authority, found.person, asked.at_ms)


def _managed(asked: Asked, connection: Connection, ident: str) -> Account:
    """An account that the viewer may do something with. Raises Problem, NotYours."""
    found = accounts.one(connection, ident)
    if not accounts_staff.may_see(connection, asked.viewer.authority, found):
        raise Problem(Kind.NOT_FOUND, "there is no such account.")
    if not _manages(asked, connection, found):
        raise NotYours
    return found


def _form(asked: Asked, status: int, wrong: dict[str, str] | None = None, **typed: str) -> Response:
    fields = {key: typed.get(key, "") for key in ("login", "name", "person")}
    return asked.page("account_new.html", status=status, wrong={**dict.fromkeys(fields, ""), **(wrong or {})}, **fields)
