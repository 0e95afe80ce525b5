"""What a programme trains: adding a module, changing one, taking away one of which no session was planned."""

from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response

from registry import identity, store
from registry.edit import Edit
from registry.guard.areas import Area, Verb
from registry.people.enrolments import HOME_ZONE
from registry.programmes import modules
from registry.programmes.modules import Module
from registry.tables import core as t
from registry.web import dropping
from registry.web.asked import Asked, Looking, Sending
from registry.web.forms import NAME, WHOLE, Form, last_day
from registry.web.programmes.rows import PROGRAMMES
from registry.web.reaching import sites_where
from registry.web.trail import Did

EDIT = "/modules-edit"
MOST_MINUTES, MOST_SESSIONS = 100_000, 1_000
ZONE = ZoneInfo(HOME_ZONE)
Ident = Annotated[str, Query(max_length=32)]


def routes() -> APIRouter:
    """The form of a module."""
    router = APIRouter()

    @router.get(EDIT)
    def form(asked: Looking, programme: Ident = "", module: Ident = "") -> Response:
        """The form of a module as it is, or of a new one."""
        sites_where(asked, Area.PROGRAMMES, Verb.WRITE)
        if module:
            row = _row(asked, module)
            return _form(asked, row.programme, Form(asked.t, _typed(row)))
        return _form(asked, programme, Form(asked.t, {"programme": programme, "mandatory": "1"}))

    @router.post(EDIT)
    def save(asked: Sending) -> Response:
        """Make it, or change it; whose training is overdue from when on follows. 412 or 422 with the form."""
        sites_where(asked, Area.PROGRAMMES, Verb.WRITE)
        form, ident = Form(asked.t, asked.fields), asked.fields.get("module", "")
        row = _row(asked, ident) if ident else None
        programme = asked.fields.get("programme", "") if row is None else row.programme
        wanted = _read(form, None if row is None else row.due_ms)
        stale = row is not None and not form.wrong and form.stale(row.revision)
        if form.wrong:
            return _form(asked, programme, form, 412 if stale else 422)
        with asked.editing() as edit:
            if ident:
                modules.change(edit, ident, wanted)
            else:
                modules.add(edit, identity.new_id(), programme, wanted)
            asked.note(edit.connection, Did.MODULE_CHANGED if ident else Did.MODULE_ADDED, f"{programme} {wanted.name}")
        return asked.see(f"{PROGRAMMES}/{programme}", "success", asked.t("modules.saved", name=wanted.name))

    @router.post(f"{EDIT}/drop")
    def drop(asked: Sending) -> Response:
        """Take it away where no session of it was planned."""
        sites_where(asked, Area.PROGRAMMES, Verb.WRITE)
        row = _row(asked, asked.fields.get("module", ""))

        def do(edit: Edit) -> None:
            modules.drop(edit, row.id)
            asked.note(edit.connection, Did.MODULE_DROPPED, f"{row.programme} {row.name}")

        return dropping.drop(asked, f"{EDIT}?module={row.id}", do, f"{PROGRAMMES}/{row.programme}")

    return router


def _row(asked: Asked, ident: str) -> Any:  # noqa: ANN401 -- a row of the module table
    with asked.reading() as connection:
        return store.one(connection, t.module, t.module.c.id == ident, "module")


def _typed(row: Any) -> dict[str, str]:  # noqa: ANN401 -- a row of the module table
    return {
        "module": row.id,
        "programme": row.programme,
        "name": row.name,
        "mandatory": "1" if row.mandatory else "",
        "due": last_day(row.due_ms, ZONE),
        "minutes": str(row.required_minutes),
        "sessions": str(row.required_sessions),
        "revision": str(row.revision),
    }


def _read(form: Form, kept_ms: int | None) -> Module:
    name = form.needed("name", NAME)
    minutes = form.figure("minutes", 0, MOST_MINUTES) or 0
    sessions = form.figure("sessions", 0, MOST_SESSIONS) or 0
    return Module(name, form.ticked("mandatory"), form.until("due", kept_ms, ZONE), minutes, sessions)


def _form(asked: Asked, programme: str, form: Form, status: int = 200) -> Response:
    with asked.reading() as connection:
        row = store.one(connection, t.programme, t.programme.c.id == programme, "programme")
    return asked.page("module_edit.html", status=status, programme=row, form=form, whole=form.says(WHOLE))
