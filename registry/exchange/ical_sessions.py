"""Sessions from a calendar that was uploaded: each occurrence is one, of the programme and groups that staff say."""

from dataclasses import dataclass, replace

from access.attendance import SessionState
from registry.edit import Edit
from registry.exchange import closures as exchange_ical
from registry.exchange import names as exchange_names
from registry.exchange import sessions as exchange_sessions
from registry.exchange.bringing_in import Context, Does, Report, attempt, dated
from registry.ical.incoming import CalendarRead, Imported
from registry.ical.lines import shown
from registry.problems import Problem
from registry.programmes import sessions
from registry.reasons import why
from registry.spreadsheets.incoming import Entry, Sheet
from registry.spreadsheets.kinds import ListedSession

CALLED_OFF = "called off in the calendar that it came from"


@dataclass(frozen=True, slots=True)
class Meant:
    """What a calendar's events are: sessions at a site, of a programme, for groups, in a zone or at a desk or room of
    one (``where``); None: off the site, at the place that each event names.
    """

    site: str
    programme: str
    groups: tuple[str, ...]
    where: str | None = None


def bring(edit: Edit, context: Context, meant: Meant, read: CalendarRead) -> Report:
    """Plan and change the sessions of a calendar, and cancel those that it calls off, as far as it can be."""
    refused = exchange_ical.report_of(read)
    held = [row for row in read.rows if not row.cancelled]
    entries = tuple(Entry(row.line, _listed(meant, row)) for row in held if _has_place(refused, meant, row))
    report = exchange_sessions.bring(edit, context, Sheet(entries, tuple(refused.mistakes), (), len(read.rows)))
    for row in read.rows:
        if row.cancelled:
            _call_off(edit, context, meant, report, row)
    return report


def _has_place(report: Report, meant: Meant, row: Imported) -> bool:
    if meant.where is None and not row.place:
        report.refuse(
            row.line,
            shown(row.uid),
            why("event.no_place", "this event names no place; name a zone for all of them, or its LOCATION."),
        )
        return False
    return True


def _listed(meant: Meant, row: Imported) -> ListedSession:
    return ListedSession(
        meant.site,
        meant.programme,
        row.title or meant.programme,
        row.start_ms,
        row.end_ms,
        _ref(row),
        meant.groups,
        meant.where,
        row.place or None,
        meant.where is None,
    )


def _ref(row: Imported) -> str:
    return f"ical {row.uid} {row.recurrence_id}"


def _call_off(edit: Edit, context: Context, meant: Meant, report: Report, row: Imported) -> None:
    ident = exchange_names.id_of("session", meant.site, _ref(row))
    what = dated(row.start_ms, context.zone_of(meant.site), row.title)
    try:
        before = sessions.session_of(edit.connection, meant.site, ident)
    except Problem:
        report.will(row.line, Does.SAME, ident, what=what)
        return
    if before.state is SessionState.CANCELLED:
        report.will(row.line, Does.SAME, ident, what=what)
        return
    after = replace(before, state=SessionState.CANCELLED, why=CALLED_OFF)
    if before.state is SessionState.DELIVERED:
        report.refuse(
            row.line, shown(row.uid), why("session.delivered", "this session was delivered; its attendance stays.")
        )
    else:
        attempt(edit, report, row.line, lambda: sessions.change(edit, meant.site, ident, after))
        report.will(row.line, Does.DROP, ident, what=what)
