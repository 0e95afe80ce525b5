"""Making a site, and changing one's settings: its name, clock, no-shows, offers and holidays."""

from dataclasses import replace
from datetime import date
from typing import Any

from fastapi import APIRouter, Response

from pages.languages import LANGUAGES
from registry import identity, store
from registry.calendars.holidays import MOST_OWN_DAYS, Holiday, HolidaySetting, provinces
from registry.guard.areas import Area, Verb
from registry.guard.authority import COMMON
from registry.names import Id
from registry.problems import Problem
from registry.sites import sites
from registry.sites.sites import Site
from registry.tables import core as t
from registry.web.asked import Asked, Looking, Sending
from registry.web.forms import DAY, ID, NAME, WHOLE, ZONE, Form
from registry.web.sites import files as site_rows
from registry.web.sites.rows import SITES
from registry.web.trail import Did

NEW = f"{SITES}-new"
EDIT = f"{SITES}/{{site}}/edit"
FRESH = Site("", "", "Europe/Rome")
MOST_MINUTES = 1_440


def routes() -> APIRouter:
    """The forms of a site."""
    router = APIRouter()

    @router.get(NEW)
    def new(asked: Looking) -> Response:
        """The form of a new site."""
        asked.need(asked.viewer.may(Area.CENTRE, Verb.WRITE, COMMON))
        return _form(asked, Form(asked.t, _typed(FRESH)))

    @router.post(NEW)
    def add(asked: Sending) -> Response:
        """Make a site, and show its gateway's credential. 422 with the form where it cannot be."""
        asked.need(asked.viewer.may(Area.CENTRE, Verb.WRITE, COMMON))
        form, token, gateway = Form(asked.t, asked.fields), identity.new_token(), identity.new_id()
        made = replace(_read(form, FRESH), id=form.needed("id", ID))
        if form.wrong:
            return _form(asked, form)
        try:
            with asked.editing() as edit:
                sites.begin(edit, asked.face.shared.keys, made, gateway, token, identity.new_key())
                asked.note(edit.connection, Did.SITE_MADE, gateway, site=made.id)
        except Problem as problem:
            form.refused(problem)
            return _form(asked, form)
        return asked.page("site_token.html", site=made, token=token, new=True, exposed=None)

    @router.get(EDIT)
    def settings(asked: Looking, site: Id) -> Response:
        """The form of a site as it is."""
        site_rows.need(asked.viewer, site, Area.SITES, Verb.WRITE)
        with asked.reading() as connection:
            row = store.one(connection, t.site, t.site.c.id == site, "site")
        return _form(asked, Form(asked.t, {**_typed(sites.site_of(row)), "revision": str(row.revision)}), site)

    @router.post(EDIT)
    def change(asked: Sending, site: Id) -> Response:
        """Change a site, from what was shown. 422 with the form where it cannot be, 412 where it has changed."""
        site_rows.need(asked.viewer, site, Area.SITES, Verb.WRITE)
        form, stale = Form(asked.t, asked.fields), False
        try:
            with asked.editing() as edit:
                row = store.one(edit.connection, t.site, t.site.c.id == site, "site")
                told = _read(form, sites.site_of(row))
                stale = form.stale(row.revision)
                if not form.wrong:
                    sites.change_site(edit, told)
                    asked.note(edit.connection, Did.SITE_CHANGED, site=site)
        except Problem as problem:
            if problem.kind.status == 404:
                raise
            form.refused(problem)
        if form.wrong:
            return _form(asked, form, site, 412 if stale else 422)
        return asked.see(f"{SITES}/{site}", "success", asked.t("site.changed", site=told.name))

    return router


def _typed(site: Site) -> dict[str, str]:
    """A site as the form shows it."""
    days = site.holidays
    return {
        "id": site.id,
        "name": site.name,
        "timezone": site.timezone,
        "municipality": site.municipality,
        "no_show": str(site.no_show_minutes),
        "offer": str(site.offer_minutes),
        "province": days.province,
        "language": days.language,
        "added": "\n".join(f"{one.day.isoformat()} {one.name}" for one in days.added),
        "taken_away": "\n".join(day.isoformat() for day in days.taken_away),
    }


def _read(form: Form, kept: Site) -> Site:
    """What the form says of a site; what is refused stays as it was."""
    told = replace(
        kept,
        name=form.needed("name", NAME),
        timezone=form.needed("timezone", ZONE),
        municipality=form.given("municipality", NAME) or "",
        no_show_minutes=_minutes(form, "no_show", 0),
        offer_minutes=_minutes(form, "offer", 1),
    )
    province = form.value("province").upper()
    if province and province not in provinces():
        form.refuse("province", "wrong.province")
    language = form.one_of("language", LANGUAGES)
    added, away = _added(form), _taken_away(form)
    if len(added) + len(away) > MOST_OWN_DAYS:
        form.refuse("added", "wrong.many_days")
    return told if form.wrong else replace(told, holidays=HolidaySetting(province, language, added, away))


def _minutes(form: Form, name: str, least: int) -> int:
    minutes = form.figure(name, least, MOST_MINUTES)
    if minutes is None:
        form.refuse(name, "wrong.missing")
    return minutes or 0


def _lines(form: Form, name: str) -> list[str]:
    return [line.strip() for line in form.value(name).splitlines() if line.strip()]


def _added(form: Form) -> tuple[Holiday, ...]:
    """The days that a site adds, each on a line with what it is called."""
    found: list[Holiday] = []
    for line in _lines(form, "added"):
        day, _, name = line.partition(" ")
        try:
            found.append(Holiday(_day(day), NAME.check.validate_python(name)))
        except ValueError:
            form.refuse("added", "wrong.named_days")
    return tuple(found)


def _taken_away(form: Form) -> tuple[date, ...]:
    """The days on which it opens all the same."""
    try:
        return tuple(_day(line) for line in _lines(form, "taken_away"))
    except ValueError:
        form.refuse("taken_away", "wrong.days")
        return ()


def _day(text: str) -> date:
    """Raises ValueError."""
    return date.fromisoformat(DAY.check.validate_python(text))


def _form(asked: Asked, form: Form, site: str = "", status: int = 422) -> Response:
    languages: list[tuple[Any, str]] = list(LANGUAGES.items())
    there = [("", asked.t("site.no_province")), *((one, one) for one in sorted(provinces()))]
    return asked.page(
        "site_edit.html",
        status=status if form.wrong else 200,
        site=site,
        form=form,
        whole=form.says(WHOLE),
        languages_of_days=languages,
        provinces=there,
    )
