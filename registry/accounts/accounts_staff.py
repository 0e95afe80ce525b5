"""Whose accounts somebody may see and manage: those of people of their own sites, whose roles they could give."""

from sqlalchemy import ColumnElement, Connection, or_, select, true

from pages.passwords import folded_login
from registry.accounts import accounts
from registry.accounts.accounts import Account
from registry.downlink import admission
from registry.edit import Edit
from registry.guard import authorities
from registry.guard.areas import Area, Role, Verb
from registry.guard.authority import NOBODY, Authority, Of, judge, may_give, of_person, sites_for
from registry.guard.authority import Finding as Found
from registry.tables import core as t
from registry.tables.accounts import account

MOST_LISTED = 200


def listed(connection: Connection, mine: Authority, text: str) -> list[Account]:
    """The accounts that may be seen, by name, as far as a text is in their login or name; MOST_LISTED at most."""
    a, p, sites = account.c, t.published.c, sites_for(mine, Area.ACCOUNTS)
    here: ColumnElement[bool] = true()
    if sites is not None:
        told = select(p.id).where(p.site.in_(sites), p.kind == "person", p.record.is_not(None))
        here = a.person.in_(told)
    like = f"%{folded_login(text).replace('/', '//').replace('%', '/%').replace('_', '/_')}%"
    wanted = or_(a.login.like(like, escape="/"), a.name.ilike(like, escape="/"))
    rows = connection.execute(select(account).where(here, wanted).order_by(a.name, a.id).limit(MOST_LISTED))
    return [accounts.account_of(row) for row in rows]


def may_see(connection: Connection, mine: Authority, one: Account) -> bool:
    """Whether an account may be looked at."""
    return judge(mine, Area.ACCOUNTS, Verb.READ, _of(connection, one.person)) is Found.ALLOWED


def may_manage(connection: Connection, mine: Authority, person: str | None, at_ms: int) -> bool:
    """Whether an account of a person (None: of nobody) may be made, reset and put out of force: by administrators,
    and by whoever could give that person every role that they hold, so that nobody rises by another's account.
    """
    if judge(mine, Area.ACCOUNTS, Verb.WRITE, _of(connection, person)) is not Found.ALLOWED:
        return False
    if is_administrator(mine):
        return True
    theirs = NOBODY if person is None else authorities.of_person(connection, person, at_ms)
    return all(
        may_give(mine, held.role, site)
        for held in theirs.held
        if held.role is not Role.PARTICIPANT
        for site in (held.sites or (None,))
    )


def tell_sites(edit: Edit, person: str | None) -> None:
    """Tell the sites where somebody is staff their account as it is now: their pages sign them in by themselves."""
    if person is not None:
        admission.publish_everywhere(edit, [person])


def is_administrator(mine: Authority) -> bool:
    """Whether somebody may everything."""
    return any(held.role is Role.ADMINISTRATOR for held in mine.held)


def _of(connection: Connection, person: str | None) -> Of:
    return Of() if person is None else of_person(person, authorities.admitted_at(connection, person))
