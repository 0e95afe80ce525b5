"""Visitors without a badge: a host lets them in, staff end the visit, and the day's end does where nobody has."""

from access.events import VisitAsked, VisitEndAsked
from access.facts import VisitBegan, VisitEnded
from access.turn import Turn

MOST_VISITS = 500
"""So many visits run at once, at most."""
BY_SYSTEM = "system"
"""Whose word it is that a visit is over which nobody ended."""


def on_visit_asked(turn: Turn, event: VisitAsked) -> None:
    """Somebody without a badge is here: counted, and on the muster list with their host."""
    if event.zone not in turn.site.zones:
        return turn.refuse("unknown-zone")
    if event.visit in turn.occupancy.visits:
        return turn.refuse("repeated-visit")
    if len(turn.occupancy.visits) >= MOST_VISITS:
        return turn.refuse("too-many-visits")
    return turn.log(VisitBegan(event.visit, event.zone, event.host, event.purpose))


def on_visit_end_asked(turn: Turn, event: VisitEndAsked) -> None:
    """A visitor has gone, staff say."""
    if event.visit not in turn.occupancy.visits:
        return turn.refuse("unknown-visit")
    return turn.log(VisitEnded(event.visit, event.author))


def end_visits(turn: Turn) -> None:
    """End, visibly by system, the visits that nobody ended by the day's end."""
    turn.log(*(VisitEnded(visit, BY_SYSTEM) for visit in sorted(turn.occupancy.visits)))
