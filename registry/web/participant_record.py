"""What is kept of a participant: on one page, to be taken away as a file, and who looked at their history (P5, P9)."""

import json
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Response
from sqlalchemy import select

from access.hours import local
from registry import own_record
from registry import tables as t
from registry.enrolments import HOME_ZONE
from registry.web.asked import Asked, Looking
from registry.web.face import Face
from registry.web.participant_own import person_of

RECORD = "/me/data"
FILE = "hubout.json"


def routes(face: Face) -> APIRouter:
    """One's own data."""
    del face
    router = APIRouter()

    @router.get(RECORD)
    def record(asked: Looking) -> Response:
        """What is kept, how much of it, and who looked."""
        person = person_of(asked)
        with asked.reading() as connection:
            about = connection.execute(select(t.person).where(t.person.c.id == person)).one()
            kept = own_record.counts(connection, person, asked.viewer.account)
            looks = own_record.looks(connection, person)
        seen = [(_when(asked, one.at_ms), one.who, asked.t.get(f"me.look.{one.what}", one.what)) for one in looks]
        return asked.page("me_data.html", about=about, kept=kept, looks=seen)

    @router.get(f"{RECORD}/{FILE}")
    def take(asked: Looking) -> Response:
        """All of it, as a file."""
        person = person_of(asked)
        with asked.reading() as connection:
            rows = own_record.of_person(connection, person, asked.viewer.account)
        text = json.dumps({"made_ms": asked.at_ms, "tables": rows}, ensure_ascii=False, indent=1)
        headers = {"content-disposition": f'attachment; filename="{FILE}"'}
        return Response(text, media_type="application/json", headers=headers)

    return router


def _when(asked: Asked, at_ms: int) -> str:
    at = local(at_ms, ZoneInfo(HOME_ZONE))
    return asked.t("time.other_day", day=asked.t.day(at), hour=asked.t.hour(at))
