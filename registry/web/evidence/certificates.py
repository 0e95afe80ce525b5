"""Certificates of attendance that were issued: their list, their papers, and the page by which anybody verifies one."""

from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Row, Select, select, true

from access.hours import local
from pages.languages import Words
from registry import store
from registry.api.paging import Cursor
from registry.guard import looks
from registry.guard.areas import Area, Verb
from registry.names import Id
from registry.problems import Kind, Problem
from registry.registers import certificate, issued, papers
from registry.registers.certificate import VERIFY, Certified
from registry.tables import core as t
from registry.web.asked import FormFields, Here, Looking
from registry.web.face import Face
from registry.web.forms import Form
from registry.web.listing import listed
from registry.web.reaching import check_site, sites_where
from registry.web.sites.closures_rows import sites_of
from registry.web.trail import Did

CERTIFICATES = "/certificates"
Choice = Annotated[str, Query(max_length=40)]
Year = Annotated[int, Path(ge=2000, le=2200)]
Number = Annotated[int, Path(ge=1, le=1_000_000)]
_C = t.certificate.c


def routes() -> APIRouter:
    """The list, the papers, and the page that verifies one."""
    router = APIRouter()

    @router.get(CERTIFICATES)
    def certificates(asked: Looking, site: Choice = "", last: Choice = "", after: Cursor = None) -> Response:
        """List the certificates of the viewer's sites; that their people were looked at is noted."""
        where = sites_where(asked, Area.ATTENDANCE)
        here = true() if where is None else _C.site.in_(where)
        query = _listed().where(here, _C.site == site if site else true())
        with asked.face.shared.database.write() as connection:
            found = listed(connection, query, [_C.site, _C.year, _C.number], after, CERTIFICATES, {"site": site})
            others = {row.person for row in found.rows if row.person} - {asked.viewer.person}
            looks.note(connection, asked.viewer.account, others, looks.ATTENDANCE, asked.at_ms)
            there = sites_of(connection, where)
        choices = [("", asked.t("registers.every_site")), *((row.id, row.name) for row in there)]
        return asked.page("certificates.html", listed=found, choices=choices, last=last, number_of=issued.number_of)

    @router.get(f"{CERTIFICATES}/{{site}}/{{year}}/{{number}}/file")
    def paper(asked: Looking, site: Id, year: Year, number: Number) -> Response:
        """Give a certificate out as its paper."""
        check_site(asked, site, Area.ATTENDANCE, Verb.WRITE)
        with asked.face.shared.database.write() as connection:
            here = (_C.site == site) & (_C.year == year) & (_C.number == number)
            row = store.one(connection, t.certificate, here, "certificate")
            place = store.one(connection, t.site, t.site.c.id == site, "site")
            person = connection.execute(select(t.person.c.name).where(t.person.c.id == row.person)).scalar()
            said = _certified(row, place, person, asked.face.shared.settings.public_url)
            looks.note(
                connection, asked.viewer.account, {row.person} - {asked.viewer.person}, looks.ATTENDANCE, asked.at_ms
            )
            asked.note(connection, Did.CERTIFICATE_PRINTED, issued.number_of(row), person=row.person, site=site)
        name = f"attestato-{site}-{year}-{number}.pdf"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(certificate.pdf(said, papers.words()), media_type="application/pdf", headers=headers)

    @router.get(VERIFY)
    def ask(request: Request, face: Here) -> Response:
        """The form that verifies a certificate; nobody need be signed in."""
        return _verify(face, request, Form(face.words_for(request)))

    @router.post(VERIFY)
    def verify(request: Request, face: Here, fields: FormFields) -> Response:
        """Say whether a certificate is what it says. 422 without all that is needed; it tells nobody's name."""
        form = Form(face.words_for(request), fields)
        for field in ("number", "code", "name"):
            if not form.value(field):
                form.refuse(field, "wrong.missing")
        if form.wrong:
            return _verify(face, request, form)
        with face.shared.database.read() as connection:
            row = issued.of_code(connection, form.value("number"), form.value("code"))
            place = None
            if row is not None:
                place = connection.execute(select(t.site).where(t.site.c.id == row.site)).one()
        return _verify(face, request, form, told=_told(row, place, form, form.t))

    return router


def _listed() -> Select[Any]:
    """Certificates with their sites' and people's names, and whether a correction came after them."""
    of_site = (t.site.c.name.label("site_name"), t.site.c.timezone)
    query = select(t.certificate, *of_site, t.person.c.name, issued.corrected_since())
    return query.join(t.site, t.site.c.id == _C.site).outerjoin(t.person, t.person.c.id == _C.person)


def _certified(row: Row[Any], place: Row[Any], name: str | None, public_url: str) -> Certified:
    """What a paper says. Raises Problem where the name that it binds is not known any more."""
    if name is None or not issued.is_name(row, name):
        raise Problem(
            Kind.OUT_OF_TURN, "the name on this certificate is not kept any more, or has changed; issue another."
        )
    on = local(row.at_ms, ZoneInfo(place.timezone)).date()
    minutes = (row.delivered, row.recognised, row.threshold)
    said = (issued.number_of(row), issued.spaced(row.code))
    address = f"{public_url}{VERIFY}" if public_url else ""
    return Certified(place.name, name, row.programme_name, *minutes, on, row.at_ms, *said, place.municipality, address)


def _told(row: Row[Any] | None, place: Row[Any] | None, form: Form, said: Words) -> dict[str, object]:
    """What whoever asks is told: it is none, or what it says, and whether it is of that name."""
    if row is None or place is None:
        return {"tone": "danger", "sentence": said("certificates.none_such"), "lines": []}
    is_name = issued.is_name(row, form.value("name"))
    places = {
        "recognised": certificate.hours(said, row.recognised),
        "delivered": certificate.hours(said, row.delivered),
        "percent": said.figure((10_000 * row.recognised // row.delivered) / 100),
    }
    on = said.date(local(row.at_ms, ZoneInfo(place.timezone)).date())
    lines = [place.name, row.programme_name, said("certificates.says", **places), said("certificates.on", day=on)]
    if row.corrected_since:
        lines.append(said("certificates.corrected_since"))
    key = "certificates.holds" if is_name else "certificates.no_name" if not row.salt else "certificates.other_name"
    tone = "danger" if not is_name else "warning" if row.corrected_since else "success"
    return {"tone": tone, "sentence": said(key), "lines": lines}


def _verify(face: Face, request: Request, form: Form, told: dict[str, object] | None = None) -> Response:
    status = 422 if form.wrong else 200
    return face.page(request, "certificate_verify.html", face.viewer(request), status=status, form=form, found=told)
