"""Why the door did not open: a participant's own last refusals, with what to do about each."""

from dataclasses import dataclass

from fastapi import APIRouter, Response

from access.hours import local
from access.reasons import Reason
from access.remedies import REMEDY
from registry.own import refusals as own_refusals
from registry.own.refusals import Refused
from registry.web.asked import Asked, Looking
from registry.web.participant import shown
from registry.web.participant.own import person_of, sites_of

BOOKABLE = (Reason.NO_BOOKING, Reason.BOOKING_ENDED, Reason.BOOKING_RELEASED)
"""What a booking remedies."""


@dataclass(frozen=True, slots=True)
class Why:
    """A refusal in words; ``remedy`` is the key of what to do, "" where nothing is known; ``book``: booking helps."""

    when: str
    site: str
    door: str
    why: str
    remedy: str
    book: bool


def routes() -> APIRouter:
    """One's own refusals."""
    router = APIRouter()

    @router.get("/me/refusals")
    def refusals(asked: Looking) -> Response:
        """The last of them."""
        person = person_of(asked)
        sites = sites_of(asked)
        with asked.reading() as connection:
            found = own_refusals.of_person(connection, person, sites)
            named = shown.places(connection, sites)
        return asked.page("me_refusals.html", refusals=[_why(asked, named, one) for one in found])

    return router


def _why(asked: Asked, named: shown.Places, one: Refused) -> Why:
    zone, words = named.zone(one.site), asked.t
    at = local(one.at_ms, zone)
    why = words.get(f"reason.{one.reason}", one.reason)
    if one.until_ms is not None and words.has(f"reason.{one.reason}_until"):
        until = local(one.until_ms, zone)
        hour = words.hour(until)
        if until.date() != at.date():
            hour = words("time.other_day", day=words.day(until), hour=hour)
        why = words(f"reason.{one.reason}_until", until=hour)
    known = {str(reason) for reason in REMEDY}
    when = words("time.other_day", day=words.day(at), hour=words.hour(at))
    return Why(
        when, named.site(one.site), one.door, why, one.reason if one.reason in known else "", one.reason in BOOKABLE
    )
