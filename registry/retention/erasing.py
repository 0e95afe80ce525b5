"""Erasing a person (guarantee P5): all that is known of them goes, but what public money must still be accounted for.

What is owed to the funder stays under a pseudonym: the person's opaque id, on a row without a name. Registers name
people by that id alone, so that their seals hold (ADR 28). Every gateway is told by tombstones: online its doors deny
within seconds by the lane of revocations, offline its staff deny at once, and the name goes with the next sync. Log
bodies that name the person follow with the next purge (``registry.retention.erased_logs``). A second time changes
nothing, and what went is an act that names nobody.
"""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, delete, exists, func, literal, or_, select, union_all, update

from access.retention import KINDS
from registry import store
from registry.edit import Edit
from registry.guard import acts
from registry.guard.acts import Act
from registry.people import people
from registry.problems import Kind, Problem
from registry.retention import erased_logs, holds
from registry.retention.rules import RULES, Rule, is_open, still_owed, today_of
from registry.tables import core as t
from registry.tables.accounts import account, act
from registry.tables.base import METADATA
from registry.tables.retention import legal_hold

SAID = "erasure"
"""What the audit trail calls it."""
GONE = "pseudonym-gone"
"""What it calls that nothing is owed any more, and the pseudonym goes too."""
_OWN = {t.look.name, act.name, legal_hold.name}
"""The tables of which this module says itself what goes."""
_EVIDENCE = (t.stay, t.conflict, t.roll_call, t.corrected, t.service_entry, t.desk_visit, t.booking)
_P, _E = t.person.c, t.enrolment.c


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done: how many rows of each table went, and whether a ``pseudonym`` stays ("" none does)."""

    gone: Counter[str]
    pseudonym: str


def pseudonym_of(ident: str) -> str:
    """What pages and papers call somebody who was erased, in every language."""
    return f"P-{ident[-6:].upper()}"


def erase(edit: Edit, ident: str, author: str) -> Erased:
    """Erase a known person. Raises Problem: there is none, or a legal hold keeps what is known of them."""
    row = store.one(edit.connection, t.person, _P.id == ident, "person")
    if row.erased_ms is not None:
        return Erased(Counter(), row.name)
    refuse_held(edit, ident)
    before = _counted(edit.connection, ident)
    _drop_traces(edit.connection, ident)
    people.strip_person(edit, ident, edit.at_ms)
    _drop_accounts(edit.connection, ident)
    _let_go(edit.connection, ident, today_of(edit.at_ms))
    stays = _is_owed(edit, ident)
    if stays:
        _leave_pseudonym(edit, ident)
    else:
        people.drop_person(edit, ident)
    erased_logs.begin(edit.connection, ident, row.name, edit.at_ms)
    gone = +(before - _counted(edit.connection, ident))
    gone["person"] = 1
    said = ", ".join(f"{name} {gone[name]}" for name in sorted(gone))
    acts.note(edit.connection, Act(SAID, author, what=said), edit.at_ms)
    return Erased(gone, pseudonym_of(ident) if stays else "")


def refuse_held(edit: Edit, ident: str) -> None:
    """Go on where no legal hold keeps anything of a person. Raises Problem."""
    held = holds.active(edit.connection, edit.at_ms)
    if held.everything or any(held.covers(kind) or ident in held.people(kind) for kind in KINDS):
        raise Problem(
            Kind.IN_USE,
            "a legal hold keeps what is known of this person; erase them once it has ended, or ask who holds it.",
        )


def _drop_accounts(connection: Connection, ident: str) -> None:
    """Their sign-ins end now. Of whoever did something as staff the name stays beside what they did (P6)."""
    mine = select(account.c.id).where(account.c.person == ident)
    idents = connection.execute(mine).scalars().all()
    others = act.c.person.is_not(None) & (act.c.person != ident)
    did = exists(select(act.c.id).where(act.c.author == account.c.id, others))
    looked = exists(select(t.look.c.id).where(t.look.c.operator == account.c.id))
    of_staff = connection.execute(select(account.c.id, account.c.name).where(account.c.id.in_(idents), did | looked))
    named = [(row.id, row.name) for row in of_staff]
    connection.execute(delete(account).where(account.c.id.in_(idents)))
    for one, name in named:
        connection.execute(account.insert().values(**_signs_in_no_more(one, name)))
    connection.execute(update(act).where(act.c.account.in_(idents)).values(account=None, what=""))


def _signs_in_no_more(ident: str, name: str) -> dict[str, object]:
    flags = {"totp_on": False, "administrator": False, "active": False, "must_change": False}
    return {"id": ident, "login": f"erased-{ident}", "name": name, "created_ms": 0, "revision": 1, **flags}


def _drop_traces(connection: Connection, ident: str) -> None:
    """Who looked, what was done to them, the names beside registers, and answers that are kept for a day."""
    connection.execute(delete(t.look).where(t.look.c.person == ident))
    connection.execute(update(act).where(act.c.person == ident).values(person=None, what=""))
    connection.execute(update(act).where(act.c.what.contains(ident, autoescape=True)).values(what=""))
    connection.execute(delete(legal_hold).where(legal_hold.c.person == ident))
    connection.execute(delete(t.register_name).where(t.register_name.c.person == ident))
    connection.execute(update(t.certificate).where(t.certificate.c.person == ident).values(person=None, salt=""))
    connection.execute(delete(t.answer).where(t.answer.c.body.contains(ident, autoescape=True)))
    named = select(_P.name).where(_P.id == ident).scalar_subquery()
    by_name = or_(t.visit.c.host.in_((ident, named)), t.visit.c.ended_by.in_((ident, named)))
    connection.execute(update(t.visit).where(by_name).values(host="", ended_by=""))


def _let_go(connection: Connection, ident: str, today: str) -> None:
    """Of each table with a period, what is not owed; of what is, the words in which staff may have said more."""
    for rule in RULES:
        if rule.who is not None and rule.table.name not in _OWN:
            _let_go_of(connection, rule, rule.who == ident, today)
    c = t.conflict.c
    connection.execute(update(t.conflict).where(c.person == ident).values(note=""))
    connection.execute(update(t.booking).where(t.booking.c.person == ident).values(excused=None))


def _let_go_of(connection: Connection, rule: Rule, theirs: ColumnElement[bool], today: str) -> None:
    over = theirs & rule.only & ~still_owed(rule, today)
    emptied = update(rule.table).values(rule.empty)
    connection.execute((emptied if rule.blank else delete(rule.table)).where(over))


def _is_owed(edit: Edit, ident: str) -> bool:
    """Whether evidence hangs on a person: rows that count, or their part in a programme whose accounts are open."""
    took_part = select(literal(1)).join_from(t.enrolment, t.programme, t.programme.c.id == _E.programme)
    rows = [select(literal(1)).where(table.c.person == ident) for table in _EVIDENCE]
    found = union_all(*rows, took_part.where(_E.person == ident, is_open(today_of(edit.at_ms)))).limit(1)
    return edit.connection.execute(found).first() is not None


def _leave_pseudonym(edit: Edit, ident: str) -> None:
    values = dict.fromkeys(("birth_date", "fiscal_code", "email", "ref"), None)
    values |= {"name": pseudonym_of(ident), "suspended": True, "minor": False, "erased_ms": edit.at_ms}
    values |= {"valid_until_ms": edit.at_ms}
    edit.connection.execute(update(t.person).where(_P.id == ident).values(**values, revision=t.person.c.revision + 1))


def forget_pseudonyms(edit: Edit, author: str) -> int:
    """Let those go of whom nothing is owed any more; how many."""
    found = edit.connection.execute(select(_P.id).where(_P.erased_ms.is_not(None)).order_by(_P.id)).scalars().all()
    over = [ident for ident in found if not _is_owed(edit, ident)]
    for ident in over:
        people.drop_person(edit, ident)
    if over:
        acts.note(edit.connection, Act(GONE, author, what=f"person {len(over)}"), edit.at_ms)
    return len(over)


def _counted(connection: Connection, ident: str) -> Counter[str]:
    """How many rows of each table are about a person."""
    return Counter({table.name: _number(connection, table, ident) for table in METADATA.sorted_tables if _of(table)})


def _of(table: Table) -> bool:
    return "person" in table.c


def _number(connection: Connection, table: Table, ident: str) -> int:
    rows = select(func.count()).select_from(table).where(table.c.person == ident)
    return int(connection.execute(rows).scalar_one())
