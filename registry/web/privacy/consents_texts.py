"""The texts of consents: which are in force, how many consent, and writing new ones."""

from fastapi import APIRouter, Response
from sqlalchemy import func, select

from registry.consents import consents
from registry.consents.consents import Text
from registry.consents.kinds import NEEDS, OF_ID
from registry.guard.areas import Area, Verb
from registry.names import Id
from registry.problems import Problem
from registry.tables.consents import consent
from registry.web.asked import Asked, Looking, Sending
from registry.web.forms import TEXT, Form
from registry.web.trail import Did

TEXTS = "/consents"


def routes() -> APIRouter:
    """The pages of the texts."""
    router = APIRouter()

    @router.get(TEXTS)
    def texts(asked: Looking) -> Response:
        """The texts in force, and how many consent."""
        asked.need(_writes_texts(asked))
        with asked.reading() as connection:
            now = consents.texts(connection)
            held = select(consent.c.kind, func.count().label("number")).where(consent.c.withdrawn_ms.is_(None))
            counts = {row.kind: row.number for row in connection.execute(held.group_by(consent.c.kind))}
        rows = [(one, one.name(asked.t.language), now[one.id], counts.get(one.id, 0)) for one in NEEDS]
        return asked.page("consents.html", rows=rows)

    @router.get(f"{TEXTS}/{{kind}}")
    def text(asked: Looking, kind: Id) -> Response:
        """The form of a new text."""
        return _text(asked, kind, Form(asked.t))

    @router.post(f"{TEXTS}/{{kind}}")
    def publish(asked: Sending, kind: Id) -> Response:
        """Make it the text from now on. 422 with the form where it cannot be."""
        asked.need(_writes_texts(asked))
        form = Form(asked.t, asked.fields)
        version = (form.figure("version", 1, 9_999) or 0) + 1
        new = Text(version, asked.at_ms, form.needed("italian", TEXT), form.needed("english", TEXT))
        if form.wrong:
            return _text(asked, kind, form)
        try:
            with asked.editing() as edit:
                consents.publish(edit, kind, new, asked.viewer.account)
                asked.note(edit.connection, Did.CONSENT_TEXT, f"{kind} {version}")
        except Problem as problem:
            form.refused(problem)
            return _text(asked, kind, form)
        return asked.see(TEXTS, "success", asked.t("consents.published"))

    return router


def _writes_texts(asked: Asked) -> bool:
    return asked.viewer.is_staff and asked.viewer.may(Area.PROGRAMMES, Verb.WRITE)


def _text(asked: Asked, kind: str, form: Form) -> Response:
    asked.need(_writes_texts(asked))
    with asked.reading() as connection:
        now = consents.texts(connection).get(kind)
    if now is None:
        return asked.see(TEXTS)
    typed = {"italian": now.italian, "english": now.english, "version": str(now.version)}
    shown = form if form.wrong else Form(asked.t, typed)
    name = OF_ID[kind].name(asked.t.language)
    return asked.page("consent_text.html", status=422 if form.wrong else 200, form=shown, kind=kind, name=name)
