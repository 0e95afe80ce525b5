"""Which branches of a site's log wait for staff to say which is the site's, and which gateways speak beside it (S6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, func, select

from registry.sites.freshness import LIVE_MS
from registry.tables import core as t

_B, _A, _C, _S = t.branch.c, t.applied.c, t.confirmation.c, t.site.c


class Word(StrEnum):
    """What staff have said of a branch: it is the site's; they have yet to say; they said another, and its gateway goes
    on speaking all the same; or it is only kept.
    """

    SITES = "sites"
    AWAITED = "awaited"
    SPEAKS = "speaks"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch of a site's log as staff choose among them: who spoke last in it and when, and how far it has come."""

    site: str
    epoch: int
    word: Word
    base_epoch: int | None
    base_seq: int
    seq: int
    run: str
    software: str
    made_ms: int
    seen_ms: int
    last_event_ms: int | None


def branches(connection: Connection, where: ColumnElement[bool], at_ms: int) -> Sequence[Branch]:
    """The branches of the sites that ``where`` chooses, by site and epoch.

    A branch waits from when it was made until staff say which is the site's, whichever that is.
    """
    said = select(_C.site, func.max(_C.at_ms).label("at_ms")).group_by(_C.site).subquery()
    same = (_A.site == _B.site) & (_A.epoch == _B.epoch)
    asked = func.coalesce(_A.seen_ms, 0).label("asked_ms")
    last = func.coalesce(said.c.at_ms, -1).label("said_ms")
    named = (_B[name] for name in _NAMED)
    query = select(*named, _S.confirmed_epoch, asked, last).join(t.site, _S.id == _B.site)
    query = query.outerjoin(t.applied, same).outerjoin(said, said.c.site == _B.site)
    found = []
    for row in connection.execute(query.where(where).order_by(_B.site, _B.epoch)):
        seen_ms = max(row.seen_ms, row.asked_ms)
        word = _word(row.epoch == row.confirmed_epoch, row.made_ms, seen_ms, row.said_ms, at_ms)
        plain = {name: getattr(row, name) for name in _NAMED if name != "seen_ms"}
        found.append(Branch(**plain, word=word, seen_ms=seen_ms))
    return found


_NAMED = ("site", "epoch", "base_epoch", "base_seq", "seq", "run", "software", "made_ms", "seen_ms", "last_event_ms")


def _word(is_sites: bool, made_ms: int, seen_ms: int, said_ms: int, at_ms: int) -> Word:  # noqa: FBT001 -- a finding
    if is_sites:
        return Word.SITES
    if made_ms > said_ms:
        return Word.AWAITED
    return Word.SPEAKS if seen_ms > said_ms and at_ms - seen_ms < LIVE_MS else Word.KEPT
