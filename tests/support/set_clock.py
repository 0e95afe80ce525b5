"""A registry behind its server whose clock a test sets, and bookings there in hours from nine."""

from tests.support.centres import HOUR_MS, NINE_MS, Centre

DAY_MS = 24 * HOUR_MS


class Clock:
    """The registry's clock, which a test sets."""

    now_ms = NINE_MS - DAY_MS

    def __call__(self) -> int:
        return self.now_ms


def span(start: float, end: float) -> dict[str, int]:
    return {"start_ms": NINE_MS + round(start * HOUR_MS), "end_ms": NINE_MS + round(end * HOUR_MS)}


def path(name: str, *more: str) -> str:
    return "/".join(["/sites/matera", name, *more])


def book(centre: Centre, person: str, start: float, end: float, resource: str = "d1") -> str:
    made = centre.made(path("bookings"), {"resource": resource, "person": person, **span(start, end)})
    return str(made["id"])
