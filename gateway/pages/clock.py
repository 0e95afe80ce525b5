"""Staff set the site's clock where no network does: the time they write is a local one of the site."""

from datetime import datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from access.clock import SECOND_MS
from access.hours import local
from gateway.pages.actions import ask, note
from gateway.pages.asked import EARLIEST_MS, LATEST_MS
from gateway.pages.face import Face, see

CLOCK_REASONS = ("stopped", "outage", "network", "other")


class Skipped(ValueError):
    """That night the clock goes over this time: it never is."""


def moment_of(text: str, zone: ZoneInfo, near_ms: int) -> int:
    """The moment of a local time as a form writes it (``2026-11-23T09:30``, seconds if any), Unix milliseconds; of two
    that are called the same the one nearer to ``near_ms``. Raises ValueError, or Skipped.
    """
    written = datetime.fromisoformat(text)
    if written.tzinfo is not None or "T" not in text:
        raise ValueError(text)
    moments = [round(written.replace(tzinfo=zone, fold=fold).timestamp()) * SECOND_MS for fold in (0, 1)]
    found = min(moments, key=lambda one: abs(one - near_ms))
    if not EARLIEST_MS <= found <= LATEST_MS:
        raise ValueError(text)
    if local(found, zone).replace(tzinfo=None) != written.replace(microsecond=0):
        raise Skipped(text)
    return found


def routes(face: Face) -> APIRouter:
    """The form and what it posts to."""
    router, zone = APIRouter(), ZoneInfo(face.site.timezone)

    def form(request: Request, *, status: int = 200, wrong: str = "", text: str = "", when: str = "") -> Response:
        seen, words = face.feed.seen, face.words_for(request)
        at = None if seen is None else local(seen["at_ms"], zone)
        now = "" if at is None else f"{words.date(at)}, {words.second(at)}"
        said = {"wrong": wrong, "text": text, "when": when, "now": now, "reasons": CLOCK_REASONS}
        return face.page(request, "clock.html", status=status, **said)

    @router.get("/clock")
    def may_set(request: Request) -> Response:
        """The form that sets the clock."""
        face.staff(request)
        return form(request)

    @router.post("/clock")
    async def do_set(request: Request) -> Response:
        """Set the clock. 422 without a time that is one, or a reason."""
        session, words = face.staff(request), face.words_for(request)
        fields = await face.staff_form(request, session)
        said, when, text = (
            note(words, "clock_reason", CLOCK_REASONS, fields),
            fields.get("when", ""),
            fields.get("text", ""),
        )
        near_ms = 0 if face.feed.seen is None else face.feed.seen["at_ms"]
        try:
            wall_ms = moment_of(when, zone, near_ms)
        except Skipped:
            return form(request, status=422, wrong=words("clock.gap"), text=text, when=when)
        except ValueError:
            return form(request, status=422, wrong=words("clock.wrong"), text=text, when=when)
        if said is None:
            return form(request, status=422, wrong=words("refused.reason"), text=text, when=when)
        await ask(face, words, session, words("clock.done"), {"do": "clock", "wall_ms": wall_ms, "note": said})
        return see("/")

    return router
