"""The calendars of many makers that two packages carry in their tests, as they are installed."""

from collections.abc import Iterator
from importlib.resources import files

PACKAGES = {"icalendar": "tests", "recurring_ical_events": "test/calendars"}


def real_calendars() -> Iterator[tuple[str, bytes]]:
    """Every calendar file: its package and name, and its bytes."""
    for package, folder in PACKAGES.items():
        places = [files(package).joinpath(folder)]
        while places:
            for entry in sorted(places.pop().iterdir(), key=lambda entry: entry.name):
                if entry.is_dir():
                    places.append(entry)
                elif entry.name.endswith(".ics"):
                    yield f"{package}/{entry.name}", entry.read_bytes()
