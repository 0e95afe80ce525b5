"""The reports that were published: each once, and as it was, whatever is corrected afterwards (ADR 0033)."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.reports import figures, periods, reading, unsettled
from registry.reports.periods import Period, named
from registry.reports.reading import Told, silent
from registry.reports.report import Report, from_json, to_json
from registry.reports.unsettled import Unsettled
from registry.tables import core as t

_R = t.report.c


def published(connection: Connection) -> list[tuple[Period, int]]:
    """The periods whose report is published, and when it was; the latest first."""
    rows = [(named(period), made_ms) for period, made_ms in connection.execute(select(_R.period, _R.made_ms))]
    return sorted(rows, reverse=True)


def one(connection: Connection, period: Period) -> Report:
    """The report of a period as it was published. Raises Problem."""
    body = connection.execute(select(_R.body).where(_R.period == period.name)).scalar_one_or_none()
    if body is None:
        raise Problem(Kind.NOT_FOUND, "no report of this period is published; choose one of the list.")
    return from_json(body)


def draft(connection: Connection, period: Period, at_ms: int, told: Told = silent) -> Report:
    """The report of a period as it would be published now. Raises Problem where it cannot be."""
    check(connection, period, at_ms)
    return figures.report(reading.read(connection, period, told), at_ms)


def publish(edit: Edit, made: Report, despite: str = "") -> Unsettled:
    """Publish a report; what of its period is not sealed, for which ``despite`` is the reason. Raises Problem where its
    period is not over, or shares days with that of another one; and where there is something unsealed and no reason.
    """
    check(edit.connection, made.period, edit.at_ms)
    left = unsettled.of_period(edit.connection, made.period.span)
    if left and not despite:
        raise Problem(Kind.OUT_OF_TURN, _unsettled(left), why="not-sealed")
    body = json.dumps(to_json(made), ensure_ascii=False, sort_keys=True)
    edit.connection.execute(insert(t.report).values(period=made.period.name, made_ms=made.made_ms, body=body))
    return left


def _unsettled(left: Unsettled) -> str:
    return (
        f"not sealed of this period: {len(left.registers)} registers, and {len(left.sessions)} sessions that were held"
        " and are in none; have them closed first, or say why it is published all the same."
    )


def open_periods(connection: Connection, at_ms: int) -> Sequence[Period]:
    """The periods that can be published now, the latest first: since the first session or enrolment."""
    first = connection.execute(select(t.session.c.start_ms).order_by(t.session.c.start_ms).limit(1)).scalar()
    others = [period for period, _ in published(connection)]
    since_ms = at_ms if first is None else max(first, periods.EARLIEST_MS)
    return [one for one in periods.over(since_ms, at_ms) if not any(one.overlaps(other) for other in others)]


def check(connection: Connection, period: Period, at_ms: int) -> None:
    """Go on only where a period's report can be published now. Raises Problem."""
    why = periods.refusal(period, [other for other, _ in published(connection)], at_ms)
    if why is not None:
        raise why
