"""Calls on readers: staff choose a person and a reader, a card is shown there, and staff confirm (pages: enrolment).

    waiting ──card──► read ──confirm──► done          enrol, replace
       │                ├──► in-use  unfit             the card is a badge already; it is no card to enrol
       │                └──► passed  other             test: it is the badge, or it is not
       └──time, staff──► expired, cancelled            ``read`` that nobody confirms expires, too

The site's gateway hears of a call by the lane, and takes the next card at that reader for it instead of judging it.
What the card shows is kept as keyed hashes until it is confirmed, and no longer than CONFIRM_WITHIN_MS.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, bindparam, exists, select, update

from access.call import Opening
from access.clock import MINUTE_MS, SECOND_MS
from registry import store
from registry.edit import Edit
from registry.people import badges
from registry.prepared import Prepared
from registry.problems import Kind, Problem
from registry.sites import layouts
from registry.tables import core as t

WAITS_MS = 60 * SECOND_MS
LATE_MS = 30 * SECOND_MS
"""A card that was shown in time may be told so much later."""
CONFIRM_WITHIN_MS = 10 * MINUTE_MS
MOST_TOLD = 64
_c = t.badge_call.c


class Purpose(StrEnum):
    """What a card is asked for."""

    ENROL = "enrol"
    REPLACE = "replace"
    TEST = "test"


class State(StrEnum):
    """What a call has come to."""

    WAITING = "waiting"
    READ = "read"
    IN_USE = "in-use"
    UNFIT = "unfit"
    PASSED = "passed"
    OTHER = "other"
    DONE = "done"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A card is to be shown at ``reader`` of ``site``: by ``person`` to be enrolled, or for ``badge``, which is to be
    replaced or tested. ``author`` is who asks.
    """

    site: str
    reader: str
    purpose: Purpose
    author: str
    person: str | None = None
    badge: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A card that a site's gateway read: its keyed hash at each site, or ``unfit`` where it is none to enrol; ``badge``
    is what the gateway knows it as ("": nothing), ``opens`` what its doors would say to it.
    """

    hashes: badges.Credentials
    unfit: bool = False
    badge: str = ""
    opens: Sequence[Opening] = ()


def ask(edit: Edit, ident: str, wanted: Wanted) -> Row[Any]:
    """Call on a reader. Raises Problem, also where it waits for another card."""
    _check_reader(edit.connection, wanted.site, wanted.reader)
    person = _person(edit.connection, wanted)
    here = (_c.site == wanted.site) & (_c.reader == wanted.reader)
    waits = here & (_c.state == State.WAITING) & (_c.until_ms > edit.at_ms)
    other = edit.connection.execute(select(_c.id).where(waits)).scalar()
    if other is not None:
        detail = "this reader waits for another badge; choose another reader, or wait a minute."
        raise Problem(Kind.IN_USE, detail, call=other)
    where = {"id": ident, "site": wanted.site, "reader": wanted.reader, "purpose": str(wanted.purpose)}
    whose = {"person": person, "badge": wanted.badge, "author": wanted.author, "state": str(State.WAITING)}
    times = {"asked_ms": edit.at_ms, "until_ms": edit.at_ms + WAITS_MS, "revision": 1}
    store.add(edit.connection, t.badge_call, {**where, **whose, **times}, "call")
    return one(edit.connection, ident)


def one(connection: Connection, ident: str) -> Row[Any]:
    """A call's row. Raises Problem."""
    return store.one(connection, t.badge_call, _c.id == ident, "call")


def _check_reader(connection: Connection, site: str, reader: str) -> None:
    store.one(connection, t.site, t.site.c.id == site, "site")
    known = readers(connection, site)
    if reader not in known:
        named = ", ".join(list(known)[:8]) or "none; connect its gateway, which tells them"
        raise Problem(Kind.INVALID, f"{site} has no such reader at an entrance; it has: {named}.")


def readers(connection: Connection, site: str) -> dict[str, str]:
    """The readers of a known site on which staff can call, and the door of each."""
    laid = layouts.held(connection, site)
    return {} if laid is None else {each["id"]: each["door"] for each in laid.layout.get("readers", ())}


def _person(connection: Connection, wanted: Wanted) -> str:
    if wanted.purpose is Purpose.ENROL:
        if wanted.person is None or wanted.badge is not None:
            raise Problem(Kind.INVALID, "name the person who gets the badge, and no badge.")
        return str(store.one(connection, t.person, t.person.c.id == wanted.person, "person").id)
    if wanted.badge is None or wanted.person is not None:
        raise Problem(Kind.INVALID, "name the badge that is to be replaced or tested, and no person.")
    return str(store.one(connection, t.badge, t.badge.c.id == wanted.badge, "badge").person)


def state_of(row: Row[Any], at_ms: int) -> State:
    """What a call has come to at a moment."""
    late = row.state == State.WAITING and at_ms >= row.until_ms + LATE_MS
    unconfirmed = row.state == State.READ and at_ms >= row.read_ms + CONFIRM_WITHIN_MS
    return State.EXPIRED if late or unconfirmed else State(row.state)


_p = t.published.c
_NOT_HELD = exists().where(
    _p.site == _c.site, _p.kind == "badge", _p.id == _c.badge, _p.version > bindparam("held", type_=BigInteger)
)
_TOLD = Prepared(
    select(_c.id, _c.reader, _c.until_ms)
    .where(_c.state == str(State.WAITING), _c.site == bindparam("site"), _c.until_ms > bindparam("at_ms"))
    .where((_c.purpose != str(Purpose.TEST)) | ~_NOT_HELD)
    .order_by(_c.asked_ms, _c.id)
    .limit(MOST_TOLD)
)
"""Made once: every gateway asks for it every second."""


def told(connection: Connection, site: str, at_ms: int, held: int) -> list[dict[str, Any]]:
    """What a site's gateway, which decides by version ``held``, is told of the calls on its readers: of a badge that is
    to be tested not before the gateway knows it as it is.
    """
    found = _TOLD.on(connection, {"site": site, "at_ms": at_ms, "held": held})
    return [{"id": row.id, "reader": row.reader, "left_ms": min(row.until_ms - at_ms, WAITS_MS)} for row in found]


def heard(edit: Edit, site: str, ident: str) -> None:
    """The gateway says that its reader waits for the card; again changes nothing. Raises Problem."""
    row = _of_site(edit.connection, site, ident)
    if row.heard_ms is None and row.state == State.WAITING:
        _become(edit, row, State.WAITING, heard_ms=edit.at_ms)


def _of_site(connection: Connection, site: str, ident: str) -> Row[Any]:
    return store.one(connection, t.badge_call, (_c.id == ident) & (_c.site == site), "call")


def card(edit: Edit, site: str, ident: str, shown: Shown) -> None:
    """The gateway says which card was shown; of a call that waits no more it changes nothing. Raises Problem."""
    row = _of_site(edit.connection, site, ident)
    if state_of(row, edit.at_ms) is not State.WAITING:
        return
    holder = badges.holder(edit, shown.hashes)
    opens = json.dumps([asdict(each) for each in shown.opens])
    noted = {"read_ms": edit.at_ms, "holder": holder, "opens": opens}
    if row.purpose == Purpose.TEST:
        knows = holder is not None and holder == row.badge == shown.badge
        _become(edit, row, State.PASSED if knows else State.OTHER, **noted)
    elif shown.unfit or holder is not None:
        _become(edit, row, State.UNFIT if holder is None else State.IN_USE, **noted)
    else:
        seen = json.dumps({where: digest.hex() for where, digest in shown.hashes.items()})
        _become(edit, row, State.READ, **noted, seen=seen)


def confirm(edit: Edit, ident: str, made: str, terms: badges.Terms) -> Row[Any]:
    """Enrol the card that was read as the badge ``made``; in the place of another it is on that one's terms. Raises
    Problem.
    """
    row = one(edit.connection, ident)
    if state_of(row, edit.at_ms) is not State.READ:
        raise Problem(Kind.OUT_OF_TURN, "no card waits to be confirmed in this call; call on a reader again.")
    hashes = {site: bytes.fromhex(text) for site, text in json.loads(row.seen).items()}
    if row.purpose == Purpose.REPLACE:
        badges.replace(edit, row.badge, made, hashes)
    else:
        badges.enrol(edit, made, row.person, hashes, terms)
    _become(edit, row, State.DONE, made=made, seen=None)
    return one(edit.connection, ident)


def cancel(edit: Edit, ident: str) -> Row[Any]:
    """Nobody need show a card any more, or the one that was shown is not to be enrolled; again changes nothing. Raises
    Problem where it is too late.
    """
    row = one(edit.connection, ident)
    if row.state == State.DONE:
        raise Problem(Kind.OUT_OF_TURN, "the badge is enrolled; revoke it instead.")
    if row.state in {State.WAITING, State.READ}:
        _become(edit, row, State.CANCELLED, seen=None)
    return one(edit.connection, ident)


def _become(edit: Edit, row: Row[Any], state: State, **values: object) -> None:
    store.change(edit.connection, t.badge_call, _c.id == row.id, {"state": str(state), **values})


_STALE = (_c.state == str(State.READ)) & (_c.read_ms <= bindparam("stale_ms"))
_ANY_STALE = Prepared(select(_c.id).where(_STALE).limit(1))


def is_stale(connection: Connection, at_ms: int) -> bool:
    """Whether a card was shown that nobody confirmed in time, and what it shows is still kept."""
    return _ANY_STALE.on(connection, {"stale_ms": at_ms - CONFIRM_WITHIN_MS}).first() is not None


def forget_stale(edit: Edit) -> None:
    """Forget what cards show that nobody confirmed in time."""
    over = update(t.badge_call).where(_STALE).values(state=str(State.EXPIRED), seen=None)
    stale = {"stale_ms": edit.at_ms - CONFIRM_WITHIN_MS}
    edit.connection.execute(over.values(revision=_c.revision + 1), stale)
