"""Closing, correcting and reading anew an attendance register, each on a page that asks first."""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response

from access.register import Part
from access.register_fold import Line
from access.register_words import Refused
from registry.api.registers import salt
from registry.guard.areas import Verb
from registry.names import Id
from registry.problems import Problem
from registry.registers import editions, keeping
from registry.registers.editions import Edition
from registry.registers.keeping import Word
from registry.registers.scopes import Scope
from registry.web.asked import Asked, Looking, Sending
from registry.web.evidence import registers_rows
from registry.web.evidence.registers_pages import signer_of
from registry.web.evidence.registers_rows import ONE, REGISTERS, scope_for
from registry.web.forms import NAME, WHOLE, Form, shown_moment
from registry.web.trail import Did

Ident = Annotated[str, Query(max_length=32)]
Row = Annotated[int, Query(ge=0, le=1_000_000)]


def routes() -> APIRouter:
    """What is done with a register."""
    router = APIRouter()
    _closing(router)
    _correcting(router)
    _reading(router)
    return router


def _closing(router: APIRouter) -> None:
    @router.get(f"{ONE}/close/{{part}}")
    def asking(asked: Looking, site: Id, register: Id, part: Part) -> Response:
        """Ask whether the register is to be closed as it is."""
        scope, held = _open(asked, site, register)
        with asked.reading() as connection:
            keeping.check_signer(connection, scope, signer_of(asked), part)
        return _close_form(asked, scope, held, part, Form(asked.t, {"revision": str(scope.revision)}))

    @router.post(f"{ONE}/close/{{part}}")
    def close(asked: Sending, site: Id, register: Id, part: Part) -> Response:
        """Close it, where it is what was read."""
        scope, held = _open(asked, site, register)
        form = Form(asked.t, asked.fields)
        if form.stale(scope.revision):
            return _close_form(asked, scope, held, part, form)
        with asked.editing() as edit:
            done = keeping.close(edit, scope, signer_of(asked), part)
            if not isinstance(done, Refused):
                asked.note(edit.connection, Did.REGISTER_CLOSED, f"{register} {part}", site=site)
        if isinstance(done, Refused):
            form.refuse(WHOLE, f"registers.why.{done.why}")
            return _close_form(asked, scope, held, part, form)
        sealed = done.register.sealed is not None
        return asked.see(
            path_of(scope), "success", asked.t("registers.sealed_now" if sealed else "registers.closed_now")
        )


def _close_form(asked: Asked, scope: Scope, held: Edition, part: Part, form: Form) -> Response:
    status = 422 if form.wrong else 200
    with asked.reading() as connection:
        differs = registers_rows.differing(asked, connection, scope, held)
    said = {"scope": scope, "held": held, "part": part, "form": form, "whole": form.says(WHOLE), "differs": differs}
    said["register"] = held.register
    return asked.page("register_close.html", status=status, **said)


def _correcting(router: APIRouter) -> None:
    @router.get(f"{ONE}/correct")
    def form_of(
        asked: Looking, site: Id, register: Id, session: Ident = "", person: Ident = "", row: Row = 0
    ) -> Response:
        """The form of a correction of a row, or of what no row says."""
        scope, held = _open(asked, site, register)
        typed = {"session": session, "person": person, "row": str(row), "revision": str(scope.revision)}
        line = next((one for one in held.register.lines if one.n == row), None)
        zone = ZoneInfo(held.register.opened.timezone)
        if line is not None:
            typed |= {"session": line.said.session, "person": line.said.person, **_times(line, zone)}
        return _correct_form(asked, scope, held, Form(asked.t, typed))

    @router.post(f"{ONE}/correct")
    def correct(asked: Sending, site: Id, register: Id) -> Response:
        """Correct it: a row beside the one that it corrects; of a sealed register another edition."""
        scope, held = _open(asked, site, register)
        form = Form(asked.t, asked.fields)
        word = _word(form, ZoneInfo(held.register.opened.timezone))
        if not form.wrong:
            form.stale(scope.revision)
        if form.wrong:
            return _correct_form(asked, scope, held, form)
        with asked.editing() as edit:
            done = keeping.correct(edit, scope, signer_of(asked).author, word)
            if not isinstance(done, Refused):
                asked.note(edit.connection, Did.REGISTER_CORRECTED, word.reason, person=word.person, site=site)
        if isinstance(done, Refused):
            form.refuse(WHOLE, f"registers.why.{done.why}")
            return _correct_form(asked, scope, held, form)
        told = "registers.corrected" if done.number == held.number else "registers.corrected_anew"
        return asked.see(path_of(scope), "success", asked.t(told, edition=done.number))


def _times(line: Line, zone: ZoneInfo) -> dict[str, str]:
    if not line.said.to_ms:
        return {}
    return {"from": shown_moment(line.said.from_ms, zone), "to": shown_moment(line.said.to_ms, zone)}


def _word(form: Form, zone: ZoneInfo) -> Word:
    """What the form says."""
    absent, row = form.ticked("absent"), form.value("row")
    span = (0, 0) if absent else (form.moment("from", zone), form.moment("to", zone))
    if not form.wrong and not absent and span[1] <= span[0]:
        form.refuse("to", "wrong.before")
    of = int(row) if row.isascii() and row.isdigit() and len(row) <= 7 else 0
    return Word(of, form.value("session"), form.value("person"), *span, form.needed("reason", NAME))


def _correct_form(asked: Asked, scope: Scope, held: Edition, form: Form) -> Response:
    register = held.register
    session = register.sessions.get(form.value("session"))
    if session is None or form.value("person") not in session.persons.split():
        form.refuse(WHOLE, "registers.why.not-expected")
    said = {"scope": scope, "register": register, "session": session, "name": held.name(form.value("person"))}
    status = 422 if form.wrong else 200
    return asked.page("register_correct.html", status=status, form=form, whole=form.says(WHOLE), **said)


def _reading(router: APIRouter) -> None:
    @router.get(f"{ONE}/read-anew")
    def asking(asked: Looking, site: Id, register: Id) -> Response:
        """Ask why the logs are to be read once more."""
        scope, held = _open(asked, site, register)
        return _read_form(asked, scope, held, Form(asked.t, {"revision": str(scope.revision)}))

    @router.post(f"{ONE}/read-anew")
    def read_anew(asked: Sending, site: Id, register: Id) -> Response:
        """Begin another edition, as the logs say it now."""
        scope, held = _open(asked, site, register)
        form = Form(asked.t, asked.fields)
        why = form.needed("reason", NAME)
        if not form.wrong:
            form.stale(scope.revision)
        if form.wrong:
            return _read_form(asked, scope, held, form)
        try:
            with asked.editing() as edit:
                done = keeping.read_anew(edit, scope, signer_of(asked).author, why, salt)
                asked.note(edit.connection, Did.REGISTER_READ, why, site=site)
        except Problem as problem:
            form.refused(problem)
            return _read_form(asked, scope, held, form)
        return asked.see(path_of(scope), "success", asked.t("registers.read_now", edition=done.number))


def _read_form(asked: Asked, scope: Scope, held: Edition, form: Form) -> Response:
    status = 422 if form.wrong else 200
    said = {"scope": scope, "register": held.register, "form": form, "whole": form.says(WHOLE)}
    return asked.page("register_read.html", status=status, **said)


def _open(asked: Asked, site: str, register: str) -> tuple[Scope, Edition]:
    """A register that whoever asks may change, and its last edition."""
    with asked.reading() as connection:
        scope = scope_for(asked, connection, site, register, Verb.WRITE)
        return scope, editions.latest(connection, scope)


def path_of(scope: Scope) -> str:
    """Where a register is shown."""
    return f"{REGISTERS}/{scope.site}/{scope.id}"
