"""What is kept of a participant: on one page, to be taken away, corrected or erased, and who looked (P5, P9)."""

from zoneinfo import ZoneInfo

from fastapi import APIRouter, Response
from sqlalchemy import select

from access.hours import local
from registry.own import archive, archive_file
from registry.own import record as own_record
from registry.people import requests
from registry.people.enrolments import HOME_ZONE
from registry.people.requests import Wish
from registry.problems import Problem
from registry.tables import core as t
from registry.web.asked import Asked, Looking, Sending
from registry.web.forms import TEXT, Form
from registry.web.participant.own import Did, person_of

RECORD = "/me/data"
JSON = "hubout.json"


def routes() -> APIRouter:
    """One's own data."""
    router = APIRouter()

    @router.get(RECORD)
    def record(asked: Looking) -> Response:
        """What is kept, how much of it, who looked, and what was asked."""
        return _page(asked, Form(asked.t))

    @router.get(f"{RECORD}/{archive_file.NAME}")
    def take(asked: Looking) -> Response:
        """All of it, as an archive."""
        return given_out(asked, person_of(asked))

    @router.get(f"{RECORD}/{JSON}")
    def take_json(asked: Looking) -> Response:
        """All of it, as programs read it."""
        person = person_of(asked)
        with asked.reading() as connection:
            text = archive_file.as_json(archive.collected(connection, person), asked.at_ms)
        headers = {"content-disposition": f'attachment; filename="{JSON}"'}
        return Response(text, media_type="application/json", headers=headers)

    @router.post(f"{RECORD}/requests")
    def ask(asked: Sending) -> Response:
        """Ask that something be corrected, or all be erased. 422 with the form where it cannot be."""
        person, form = person_of(asked), Form(asked.t, asked.fields)
        wish = form.one_of("kind", [str(one) for one in Wish])
        said = form.needed("said", TEXT) if wish != Wish.ERASE else form.given("said", TEXT) or ""
        if form.wrong:
            return _page(asked, form)
        try:
            with asked.editing() as edit:
                requests.ask(edit, person, Wish(wish), said)
                asked.note(edit.connection, Did.ASKED, wish, person=person)
        except Problem as problem:
            form.refused(problem)
            return _page(asked, form)
        return asked.see(RECORD, "success", asked.t("me.data.asked"))

    return router


def given_out(asked: Asked, person: str) -> Response:
    """The archive of a person's data, as a file."""
    with asked.reading() as connection:
        tables = archive.collected(connection, person)
    made = archive_file.zipped(tables, asked.t, asked.at_ms)
    headers = {"content-disposition": f'attachment; filename="{archive_file.NAME}"'}
    return Response(made, media_type="application/zip", headers=headers)


def _page(asked: Asked, form: Form) -> Response:
    person = person_of(asked)
    with asked.reading() as connection:
        about = connection.execute(select(t.person).where(t.person.c.id == person)).one()
        kept = archive.counts(connection, person)
        looks = own_record.looks(connection, person)
        wishes = requests.of_person(connection, person)
    seen = [(_when(asked, one.at_ms), one.who, asked.t.get(f"me.look.{one.what}", one.what)) for one in looks]
    told = [(row, _when(asked, row.asked_ms), requests.state_of(row)) for row in wishes]
    status = 422 if form.wrong else 200
    return asked.page("me_data.html", status=status, about=about, kept=kept, looks=seen, wishes=told, form=form)


def _when(asked: Asked, at_ms: int) -> str:
    at = local(at_ms, ZoneInfo(HOME_ZONE))
    return asked.t("time.other_day", day=asked.t.day(at), hour=asked.t.hour(at))
