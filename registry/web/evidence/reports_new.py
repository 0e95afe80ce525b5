"""A new report: a coordinator chooses a period, its draft is made beside the requests, looked at, and published."""

import asyncio
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import PlainTextResponse
from starlette.concurrency import run_in_threadpool

from pages.streams import Parts, Streams
from registry.guard.areas import Area, Verb
from registry.names import LAST_MS
from registry.reports import kept, labels, periods, unsettled
from registry.reports.making import KEPT_FOR_MS
from registry.reports.periods import Period
from registry.reports.reading import STEPS
from registry.reports.unsettled import Unsettled
from registry.web.asked import Asked, Looking, Sending
from registry.web.face import Face
from registry.web.forms import NAME, WHOLE, Form
from registry.web.reaching import is_open
from registry.web.trail import Did
from registry.web.viewer import Viewer

REPORTS = "/reports"
NEW, MAKE = f"{REPORTS}-new", f"{REPORTS}-make"
Choice = Annotated[str, Query(max_length=16)]
Moment = Annotated[int, Query(ge=0, le=LAST_MS)]
EVERY_S = 0.3
LOOKS_AT_MOST = 2_000
STREAMS_AT_MOST = 8
LISTED_AT_MOST = 100


@dataclass(slots=True)
class Live:
    """The streams of one process."""

    face: Face
    streams: Streams = field(default_factory=lambda: Streams(STREAMS_AT_MOST, "progress", LOOKS_AT_MOST))

    def is_allowed(self, request: Request) -> bool:
        """Whether whoever asks may publish."""
        viewer = self.face.viewer_now(request)
        return viewer is not None and viewer.let_in and may_publish(viewer)

    def fragments(self, request: Request, period: Period) -> Parts | None:
        """The part of the page that moves; None where nothing is being made any more, or not for this reader."""
        found = self.face.makings.of(period, self.face.now_ms())
        making = None if found is None else found.stood()
        if making is None or not making.running or not self.is_allowed(request):
            return None
        known = {"t": self.face.words_for(request), "making": making, "steps": STEPS}
        return {"progress": self.face.look.get_template("reports/progress.html").render(known).strip()}

    def stream(self, request: Request, period: Period) -> Response:
        """What changed, as it changes, to the draft's end: then the page looks anew."""

        async def parts() -> Parts | None:
            return await run_in_threadpool(self.fragments, request, period)

        async def moved() -> None:
            await asyncio.sleep(EVERY_S)

        return self.streams.answer(parts, moved)


async def _live(request: Request) -> Live:
    live: Live = request.app.state.reports_live
    return live


Ours = Annotated[Live, Depends(_live)]


def routes() -> APIRouter:
    """The pages, their forms and their stream."""
    router = APIRouter()

    @router.get(NEW)
    def new(asked: Looking, period: Choice = "", since: Moment = 0) -> Response:
        """Choose a period; see how far its report is, or as it would be published now; or what has become of the draft
        that was asked for at ``since``.
        """
        asked.need(may_publish(asked.viewer))
        return _page(asked, period, since=since)

    @router.post(MAKE)
    def make(asked: Sending) -> Response:
        """Begin a draft. 422 with the form where no period was chosen."""
        asked.need(may_publish(asked.viewer))
        form = Form(asked.t, asked.fields)
        if not form.value("period"):
            form.refuse("period", "wrong.choice")
            return _page(asked, "", form)
        period = periods.named(form.value("period"))
        busy = asked.face.makings.begin(period, asked.at_ms)
        if busy is not None:
            form.wrong["period"] = asked.t("reports.busy", period=labels.period(asked.t, busy.period))
            return _page(asked, "", form)
        return asked.see(f"{NEW}?period={period.name}&since={asked.at_ms}")

    @router.post(NEW)
    def publish(asked: Sending) -> Response:
        """Publish the draft that was shown; where it is not kept any more, say so. 422 with the form where something of
        its period is not sealed, and whoever publishes has not confirmed it with a reason.
        """
        asked.need(may_publish(asked.viewer))
        period = periods.named(asked.fields.get("period", ""))
        making = asked.face.makings.of(period, asked.at_ms)
        draft = None if making is None else making.stood().ready
        if draft is None or str(draft.made_ms) != asked.fields.get("made"):
            return asked.see(f"{NEW}?period={period.name}", "warning", asked.t("reports.gone"))
        form = Form(asked.t, asked.fields)
        despite = _despite(asked, period, form)
        if form.wrong:
            return _page(asked, period.name, form)
        with asked.editing() as edit:
            left = kept.publish(edit, draft, despite)
            asked.note(edit.connection, Did.REPORT_PUBLISHED, period.name)
            if left:
                many = f"{len(left.registers)}+{len(left.sessions)}"
                asked.note(edit.connection, Did.REPORT_UNSEALED, f"{period.name} ({many}): {despite}")
        return asked.see(f"{REPORTS}/{period.name}", "success", asked.t("reports.done"))

    @router.get(f"{NEW}/events")
    async def events(request: Request, period: Choice, live: Ours) -> Response:
        """How far a draft is, as it goes on; 401 to whoever may publish none."""
        if not await run_in_threadpool(live.is_allowed, request):
            return PlainTextResponse("sign in first", 401)
        return live.stream(request, periods.named(period))

    return router


def _despite(asked: Asked, period: Period, form: Form) -> str:
    """Why it is published although not all is sealed; "" where all is, or where the form says what is missing."""
    with asked.reading() as connection:
        left = unsettled.of_period(connection, period.span)
    if not left:
        return ""
    if not form.ticked("confirmed"):
        form.refuse("confirmed", "reports.unsealed_confirm_wrong")
    return form.needed("reason", NAME)


def may_publish(viewer: Viewer) -> bool:
    """Whether somebody publishes reports."""
    return is_open(viewer, Area.AGGREGATES, Verb.WRITE)


def _page(asked: Asked, chosen: str, form: Form | None = None, since: int = 0) -> Response:
    period = periods.named(chosen) if chosen else None
    with asked.reading() as connection:
        choices = [(one.name, labels.period(asked.t, one)) for one in kept.open_periods(connection, asked.at_ms)]
        if period is not None:
            kept.check(connection, period, asked.at_ms)
        left = Unsettled() if period is None else unsettled.of_period(connection, period.span)
    found = None if period is None else asked.face.makings.of(period, asked.at_ms)
    making = None if found is None else found.stood()
    form = form or Form(asked.t, {})
    return asked.page(
        "report_new.html",
        status=422 if form.wrong else 200,
        choices=choices,
        chosen=chosen or form.value("period"),
        form=form,
        whole=form.says(WHOLE),
        period=period,
        making=making,
        since=since,
        left=left,
        most=LISTED_AT_MOST,
        lost="old" if asked.at_ms >= since + KEPT_FOR_MS else "lost",
        report=None if making is None else making.ready,
        steps=STEPS,
        labels=labels,
    )
