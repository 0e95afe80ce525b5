"""The demo's one look at a calendar: it plays today's date, so that opening hours fall on the right weekday."""

from datetime import UTC, date, datetime


def today() -> date:
    """The date here, now."""
    return datetime.now(UTC).astimezone().date()
