"""Adding a programme and changing one: whom it takes and when, how much may be booked, which zones it opens where."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from access.clock import MINUTE_MS
from access.quota import Quota
from registry import identity, store
from registry.edit import Edit
from registry.guard.areas import Area, Verb
from registry.problems import Problem
from registry.programmes import programmes
from registry.programmes.programmes import Programme
from registry.sites import sites
from registry.tables import core as t
from registry.web import dropping
from registry.web.ahead import look_ahead
from registry.web.asked import Asked, Looking, Sending
from registry.web.confirmed import Step, confirm
from registry.web.forms import AUDIENCE, DAY, NAME, WHOLE, Form
from registry.web.participant.shown import places
from registry.web.programmes import closing
from registry.web.programmes import rows as programmes_rows
from registry.web.programmes.rows import PROGRAMMES
from registry.web.reaching import sites_where
from registry.web.trail import Did

EDIT, ZONES = f"{PROGRAMMES}-edit", f"{PROGRAMMES}-zones"
NEW = Programme("")
OLDEST, MOST_SEATS, DAY_MINUTES, WEEK_MINUTES, MOST_COUNT = 120, 100_000, 1_440, 10_080, 100
FIGURES = {
    "age_min": (0, OLDEST),
    "age_max": (0, OLDEST),
    "seats": (1, MOST_SEATS),
    "threshold_percent": (0, 100),
    "late": (0, DAY_MINUTES),
    "early": (0, DAY_MINUTES),
    "rounding_minutes": (1, 240),
    "day_minutes": (0, DAY_MINUTES),
    "day_count": (0, MOST_COUNT),
    "week_minutes": (0, WEEK_MINUTES),
    "week_count": (0, MOST_COUNT),
}
"""The figures of a programme, and between what each lies."""
NEEDED = ("threshold_percent", "late", "early", "rounding_minutes")
Ident = Annotated[str, Query(max_length=32)]


def routes() -> APIRouter:
    """The forms of a programme."""
    router = APIRouter()

    @router.get(EDIT)
    def form(asked: Looking, programme: Ident = "") -> Response:
        """The form of a programme as it is, or of a new one."""
        sites_where(asked, Area.PROGRAMMES, Verb.WRITE)
        if not programme:
            return _form(asked, Form(asked.t, _typed(NEW)))
        row, kept = _kept(asked, programme)
        return _form(asked, Form(asked.t, {**_typed(kept), "programme": programme, "revision": str(row.revision)}))

    @router.post(EDIT)
    def save(asked: Sending) -> Response:
        """Make it, or change it after a look at what that refuses. 409, 412 or 422 with the form where it cannot be."""
        sites_where(asked, Area.PROGRAMMES, Verb.WRITE)
        form, ident = Form(asked.t, asked.fields), asked.fields.get("programme", "")
        row, kept = _kept(asked, ident) if ident else (None, NEW)
        wanted = _read(form, kept)
        stale = row is not None and not form.wrong and form.stale(row.revision)
        if form.wrong:
            return _form(asked, form, 412 if stale else 422)
        try:
            if ident:
                closed = wanted.closed_on if wanted.closed_on != kept.closed_on else None
                return _change(asked, ident, wanted, EDIT, closing.erased(asked, ident, closed) if closed else ())
            ident = identity.new_id()
            with asked.editing() as edit:
                programmes.add(edit, ident, wanted)
                asked.note(edit.connection, Did.PROGRAMME_ADDED, ident)
        except Problem as problem:
            form.refused(problem)
            return _form(asked, form, problem.kind.status)
        return asked.see(f"{PROGRAMMES}/{ident}", "success", asked.t("programmes.added", name=wanted.name))

    _more(router)
    return router


def _more(router: APIRouter) -> None:
    """Taking a programme away, and the zones that it opens."""

    @router.post(f"{EDIT}/drop")
    def drop(asked: Sending) -> Response:
        """Take away a programme that nobody was ever in."""
        sites_where(asked, Area.PROGRAMMES, Verb.WRITE)
        ident = asked.fields.get("programme", "")

        def do(edit: Edit) -> None:
            programmes.drop(edit, ident)
            asked.note(edit.connection, Did.PROGRAMME_DROPPED, ident)

        return dropping.drop(asked, f"{EDIT}?programme={ident}", do, PROGRAMMES)

    @router.get(ZONES)
    def zones(asked: Looking, programme: Ident, site: Ident) -> Response:
        """Which zones of a site its participants enter."""
        sites_where(asked, Area.PROGRAMMES, Verb.WRITE)
        row, kept = _kept(asked, programme)
        held = {f"zone-{zone}": "1" for zone in kept.zones.get(site, ())}
        return _zones(asked, row, site, Form(asked.t, {**held, "revision": str(row.revision)}))

    @router.post(ZONES)
    def open_zones(asked: Sending) -> Response:
        """Open these zones of a site and no others, after a look at what that refuses. 412 where others changed it."""
        sites_where(asked, Area.PROGRAMMES, Verb.WRITE)
        return _open(asked, asked.fields.get("programme", ""), asked.fields.get("site", ""))


def _zones(asked: Asked, row: Any, site: str, form: Form) -> Response:  # noqa: ANN401 -- a programme's row
    """The form of the zones of a site."""
    with asked.reading() as connection:
        place, named = sites.site(connection, site), places(connection, [site])
        known = [(zone, named.resource(site, zone)) for zone in programmes_rows.zones_at(connection, site)]
    said = {"programme": row, "site": place, "known": known, "whole": form.says(WHOLE)}
    return asked.page("programme_zones.html", status=412 if form.wrong else 200, form=form, **said)


def _open(asked: Asked, ident: str, site: str) -> Response:
    """Let a programme open the zones that are ticked of a site, and no others there. Raises Problem."""
    row, kept = _kept(asked, ident)
    form = Form(asked.t, asked.fields)
    if form.stale(row.revision):
        return _zones(asked, row, site, form)
    with asked.reading() as connection:
        sites.site(connection, site)
        known = programmes_rows.zones_at(connection, site)
    chosen = frozenset(zone for zone in known if form.ticked(f"zone-{zone}"))
    held = {name: listed for name, listed in kept.zones.items() if name != site}
    wanted = replace(kept, zones={**held, site: chosen} if chosen else held)
    return _change(asked, ident, wanted, ZONES)


def _change(asked: Asked, ident: str, wanted: Programme, action: str, facts: closing.Facts = ()) -> Response:
    """Change it where that is confirmed; else show what it refuses, and these facts. Raises Problem."""
    back = f"{PROGRAMMES}/{ident}"

    def do(edit: Edit) -> None:
        programmes.change(edit, ident, wanted)

    if asked.fields.get("confirmed") != "1":
        title = asked.t("programmes.ahead_title", name=wanted.name)
        return confirm(asked, Step(title, action, asked.t("form.save"), back, facts), look_ahead(asked, do))
    with asked.editing() as edit:
        do(edit)
        asked.note(edit.connection, Did.PROGRAMME_CHANGED, ident)
    return asked.see(back, "success", asked.t("programmes.changed", name=wanted.name))


def _kept(asked: Asked, ident: str) -> tuple[Any, Programme]:
    """A programme's row, and what it says. Raises Problem."""
    names = ("name", "age_min", "age_max", "start_date", "end_date", "seats", "audience", "threshold_percent")
    with asked.reading() as connection:
        row = store.one(connection, t.programme, t.programme.c.id == ident, "programme")
        zones = programmes.zones_of(connection, [ident])[ident]
    return row, Programme(
        **{name: getattr(row, name) for name in (*names, "late_ms", "early_ms", "rounding_minutes", "closed_on")},
        quota=Quota(row.day_minutes, row.day_count, row.week_minutes, row.week_count),
        zones={site: frozenset(listed) for site, listed in zones.items()},
    )


def _typed(kept: Programme) -> dict[str, str]:
    """A programme as the form shows it."""
    quota = kept.quota
    figures = {name: getattr(kept, name) for name in ("age_min", "age_max", "seats", "threshold_percent")}
    figures |= {"rounding_minutes": kept.rounding_minutes}
    figures |= {"late": kept.late_ms // MINUTE_MS, "early": kept.early_ms // MINUTE_MS}
    figures |= {name: getattr(quota, name) for name in ("day_minutes", "day_count", "week_minutes", "week_count")}
    texts = {"name": kept.name, "audience": kept.audience, "start": kept.start_date or "", "end": kept.end_date or ""}
    texts |= {"closed": kept.closed_on or ""}
    return {**texts, **{name: "" if figure is None else str(figure) for name, figure in figures.items()}}


def _read(form: Form, kept: Programme) -> Programme:
    """What the form says; the zones stay as they are."""
    name, audience = form.needed("name", NAME), form.given("audience", AUDIENCE) or ""
    start, end = form.given("start", DAY), form.given("end", DAY)
    for needed in NEEDED:
        if not form.value(needed):
            form.refuse(needed, "wrong.missing")
    closed = form.given("closed", DAY)
    said = {figure: form.figure(figure, *bounds) for figure, bounds in FIGURES.items()}
    if start is not None and end is not None and end < start:
        form.refuse("end", "wrong.before")
    if closed is not None and end is not None and closed < end:
        form.refuse("closed", "programmes.wrong.closed")
    if said["age_min"] is not None and said["age_max"] is not None and said["age_max"] < said["age_min"]:
        form.refuse("age_max", "programmes.wrong.ages")
    return replace(
        kept,
        name=name,
        age_min=said["age_min"],
        age_max=said["age_max"],
        start_date=start,
        end_date=end,
        closed_on=closed,
        seats=said["seats"],
        audience=audience,
        threshold_percent=said["threshold_percent"] or 0,
        late_ms=(said["late"] or 0) * MINUTE_MS,
        early_ms=(said["early"] or 0) * MINUTE_MS,
        rounding_minutes=said["rounding_minutes"] or 1,
        quota=Quota(said["day_minutes"], said["day_count"], said["week_minutes"], said["week_count"]),
    )


def _form(asked: Asked, form: Form, status: int = 200) -> Response:
    return asked.page("programme_edit.html", status=status, form=form, whole=form.says(WHOLE))
