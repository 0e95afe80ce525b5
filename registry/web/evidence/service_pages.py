"""The Digital Angels' desk: a site's month and one angel's, and the sheets of both."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from registry.attendance import service_month
from registry.attendance.service_month import Month
from registry.guard import looks
from registry.guard.areas import Area, Verb
from registry.names import Id
from registry.registers import service_sheets
from registry.web.asked import Asked, Looking
from registry.web.evidence.service_shown import SERVICE, SHEETS, Chosen, MonthAsked, check, chosen, shown
from registry.web.face import see
from registry.web.reaching import check_site, is_open, sites_where
from registry.web.sites.closures_rows import sites_of
from registry.web.trail import Did

Choice = Annotated[str, Query(max_length=32)]
FormName = Literal["pdf", "excel", "csv", "xlsx"]


def routes() -> APIRouter:
    """The pages of months, and their files."""
    router = APIRouter()

    @router.get(SERVICE)
    def desk(asked: Looking, site: Choice = "", month: MonthAsked = "") -> Response:
        """Show a site's month; an angel is led to their own."""
        viewer = asked.viewer
        if not is_open(viewer, Area.SERVICE) and viewer.may(Area.SERVICE, Verb.WRITE) and viewer.person is not None:
            return see(f"{SERVICE}/{viewer.person}")
        return _site(asked, site, chosen(asked, month))

    @router.get(f"{SERVICE}/{{person}}")
    def one(asked: Looking, person: Id, month: MonthAsked = "") -> Response:
        """Show one angel's month, and the forms to write into it."""
        return shown(asked, person, chosen(asked, month))

    @router.get(f"{SERVICE}/{{person}}/file/{{form}}")
    def give_one(asked: Looking, person: Id, form: FormName, month: MonthAsked = "") -> Response:
        """Give one angel's month out as a file."""
        with asked.face.shared.database.write() as connection:
            check(asked, connection, person)
            when = chosen(asked, month)
            found = service_month.of_person(connection, person, when.year, when.number)
            looks.note(connection, asked.viewer.account, {person} - {asked.viewer.person}, looks.SERVICE, asked.at_ms)
            asked.note(connection, Did.SHEET_GIVEN_OUT, f"{when.path} {form}", person=person)
        return _file(found, form)

    @router.get(f"{SHEETS}/{{site}}/file/{{form}}")
    def give_site(asked: Looking, site: Id, form: FormName, month: MonthAsked = "") -> Response:
        """Give a site's month out as a file."""
        check_site(asked, site, Area.SERVICE)
        when = chosen(asked, month)
        found = _looked(asked, site, when)
        with asked.face.shared.database.write() as connection:
            asked.note(connection, Did.SHEET_GIVEN_OUT, f"{when.path} {form}", site=site)
        return _file(found, form)

    return router


def _site(asked: Asked, site: str, month: Chosen) -> Response:
    where = sites_where(asked, Area.SERVICE)
    with asked.reading() as connection:
        there = sites_of(connection, where)
    ident = site or (there[0].id if there else "")
    found = None
    if ident:
        check_site(asked, ident, Area.SERVICE)
        found = _looked(asked, ident, month)
    choices = [(row.id, row.name) for row in there]
    return asked.page(
        "service.html", site=ident, month=found, chosen=month, choices=choices, papers=tuple(service_sheets.FORMS)
    )


def _looked(asked: Asked, site: str, month: Chosen) -> Month:
    """A site's month; that its people were looked at is noted."""
    with asked.face.shared.database.write() as connection:
        found = service_month.of_site(connection, site, month.year, month.number)
        others = {one.person for one in found.angels} - {asked.viewer.person}
        looks.note(connection, asked.viewer.account, others, looks.SERVICE, asked.at_ms)
    return found


def _file(month: Month, form: str) -> Response:
    body, media_type, name = service_sheets.made(month, form)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type=media_type, headers=headers)
