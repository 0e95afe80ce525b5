"""Sessions from a file or a calendar: planned, and changed where their ref is known, by the rules of staff's own edits.

What a line leaves empty stays as it is. One without a ref is the one of the same programme, title and start.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select

from access.attendance import SessionState
from registry.edit import Edit
from registry.exchange import names as exchange_names
from registry.exchange.bringing_in import Claims, Context, Does, Report, attempt, dated, once, report_of
from registry.exchange.reach import within
from registry.programmes import sessions
from registry.programmes.session import Session
from registry.reasons import why
from registry.spreadsheets.incoming import Entry, Sheet
from registry.spreadsheets.kinds import ListedSession
from registry.tables import core as t

_FIELDS = tuple(one.name for one in fields(Session))


@dataclass(frozen=True, slots=True)
class _There:
    """What a file's lines may name: the sessions by site and id, and by what they are; people; resources' zones; and
    the sites' clocks.
    """

    held: Mapping[tuple[str, str], Session]
    alike: Mapping[tuple[str, str, str, int], str]
    people: Mapping[str, str]
    zones: Mapping[tuple[str, str], str]
    clock_of: Callable[[str], ZoneInfo]

    def what_of(self, said: ListedSession) -> str:
        """A session in a report: its day at its site, and its title."""
        return dated(said.start_ms, self.clock_of(said.site), said.title)


def bring(edit: Edit, context: Context, sheet: Sheet[ListedSession]) -> Report:
    """Plan and change the sessions of a file, as far as it can be."""
    sheet = within(edit.connection, context.sites, sheet)
    report = report_of(sheet)
    entries = once(report, sheet.entries, lambda one: one.ref and (one.site, one.ref), "ref")
    there = _there(edit, context, entries)
    sites = exchange_names.known(edit.connection, t.site.c.id, (entry.value.site for entry in entries))
    claims = Claims(report)
    meant = {entry.line: _meant(there, entry.value) for entry in entries}
    for entry in entries:
        ident = meant[entry.line]
        if entry.value.site not in sites:
            report.refuse(entry.line, "site", why("site.unknown", "there is no such site; write its id."))
        elif ident is None or claims.claim(entry.line, (entry.value.site, ident)):
            _bring_one(edit, context, report, there, entry, ident)
    return report


def ids(said: ListedSession) -> tuple[str, ...]:
    """The ids that a line's ref can mean: the registry's own, or the one that is made of it."""
    return exchange_names.ids_of("session", said.site, said.ref)


def _there(edit: Edit, context: Context, entries: Sequence[Entry[ListedSession]]) -> _There:
    s, r = t.session.c, t.resource.c
    said = [entry.value for entry in entries]
    rows: dict[tuple[str, str], Row[Any]] = {}
    for column, values in (
        (s.id, [ident for one in said for ident in ids(one)]),
        (s.start_ms, [one.start_ms for one in said if not one.ref]),
    ):
        for some in exchange_names.chunks(values):
            found = edit.connection.execute(select(t.session).where(column.in_(some)))
            rows |= {(row.site, row.id): row for row in found}
    held = dict(zip(rows, sessions.sessions_of(edit.connection, list(rows.values())), strict=True))
    places = edit.connection.execute(select(r.site, r.id, r.zone, r.kind))
    return _There(
        held,
        {(site, one.programme, one.title, one.start_ms): ident for (site, ident), one in held.items()},
        exchange_names.people(edit.connection, (trainer for one in said for trainer in one.trainers)),
        {(row.site, row.id): row.zone for row in places if row.kind != "zone"},
        context.zone_of,
    )


def _meant(there: _There, said: ListedSession) -> str | None:
    """The id of the session that a line means; None: a new one."""
    if said.ref:
        return next((ident for ident in ids(said) if (said.site, ident) in there.held), None)
    return there.alike.get((said.site, said.programme, said.title, said.start_ms))


def _bring_one(
    edit: Edit, context: Context, report: Report, there: _There, entry: Entry[ListedSession], ident: str | None
) -> None:
    said, number = entry.value, entry.line
    unknown = [trainer for trainer in said.trainers if trainer not in there.people]
    if unknown:
        report.refuse(number, "trainers", why("person.unknown", "there is no such person; bring the people in first."))
        return
    if ident is None:
        made = exchange_names.id_of("session", said.site, said.ref) if said.ref else context.new_id()
        session = _as_said(said, there, Session(said.programme, said.title, 0, 0, ()))
        attempt(edit, report, number, lambda: sessions.add(edit, said.site, made, session))
        report.will(number, Does.CREATE, made, what=there.what_of(said))
    else:
        _change(edit, report, there, entry, ident)


def _change(edit: Edit, report: Report, there: _There, entry: Entry[ListedSession], ident: str) -> None:
    said, before = entry.value, there.held[entry.value.site, ident]
    after = _as_said(said, there, before)
    changes = [name for name in _FIELDS if getattr(before, name) != getattr(after, name)]
    if not changes:
        report.will(entry.line, Does.SAME, ident, what=there.what_of(said))
    elif before.state is not SessionState.PLANNED:
        report.refuse(
            entry.line,
            "ref",
            why("session.state", "this session is {state}; change it by hand, with its reason.", state=before.state),
        )
    else:
        attempt(edit, report, entry.line, lambda: sessions.change(edit, said.site, ident, after))
        report.will(entry.line, Does.CHANGE, ident, changes, there.what_of(said))


def _as_said(said: ListedSession, there: _There, before: Session) -> Session:
    """A session as a line wants it: its zone may be named by a desk or room in it."""
    where = said.zone or ""
    is_resource = (said.site, where) in there.zones
    trainers = tuple(sorted({there.people[trainer] for trainer in said.trainers}))
    return replace(
        before,
        programme=said.programme,
        title=said.title,
        start_ms=said.start_ms,
        end_ms=said.end_ms,
        groups=said.groups or before.groups,
        zone=there.zones.get((said.site, where), where),
        resource=where if is_resource else None,
        module=said.module or before.module,
        off_site=said.off_site,
        place=said.place or before.place,
        trainers=trainers or before.trainers,
    )
