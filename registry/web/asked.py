"""One request of somebody who is signed in, as each route is given it: ``Looking`` for a page, ``Sending`` for a form.

    @router.get("/people")
    def people(asked: Looking) -> Response:
        return asked.page("people.html", people=...)

    @router.post("/people")
    def add(asked: Sending) -> Response:
        with asked.editing() as edit:
            ...
        return asked.see("/people", "success", asked.t("people.added"))

Without a session both lead to the sign-in page, and a form without its session's token is refused.
"""

import asyncio
import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import Connection

from pages.languages import Words
from registry.accounts import web_sessions
from registry.edit import Edit, editing
from registry.guard import acts
from registry.web.face import Face, NotOurForm, NotYours, SignInNeeded, address_kind, see, sign_in_path
from registry.web.viewer import Viewer

FORM_FIELDS = 400
FIELD_CHARACTERS = 4_000
ARRIVES_WITHIN_S = 30.0
NEW_PASSWORD, SECOND, SETUP = "/account/password", "/sign-in/second", "/account/second"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, its viewer, the words in their language; ``fields`` are those of a form, one value each."""

    face: Face
    request: Request
    viewer: Viewer
    t: Words
    at_ms: int
    fields: Mapping[str, str] = field(default_factory=dict)

    def page(self, template: str, *, status: int = 200, **said: object) -> HTMLResponse:
        """A whole page."""
        return self.face.page(self.request, template, self.viewer, status=status, at_ms=self.at_ms, **said)

    def see(self, path: str, tone: str = "", sentence: str = "") -> RedirectResponse:
        """Look at another page, which begins with a sentence (``success``, ``warning``, ``danger`` or ``info``)."""
        if sentence:
            with self.face.shared.database.write() as connection:
                web_sessions.tell(connection, self.viewer.session, f"{tone}\n{sentence}")
        return see(path)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that reads."""
        with self.face.shared.database.read() as connection:
            yield connection

    @contextmanager
    def editing(self) -> Iterator[Edit]:
        """Give an edit; it is done when the block ends."""
        with editing(self.face.shared.database, self.at_ms) as edit:
            yield edit

    def need(self, allowed: bool) -> None:  # noqa: FBT001 -- reads as what it is: asked.need(viewer.is_staff)
        """Go on only where it is allowed. Raises NotYours."""
        if not allowed:
            raise NotYours

    def note(self, connection: Connection, kind: str, what: str = "", **whom: str | None) -> None:
        """Write into the audit trail what is done in this transaction; ``whom``: account, person, site."""
        done = acts.Act(kind, self.viewer.account, address=address_kind(self.request), what=what, **whom)
        acts.note(connection, done, self.at_ms)


async def form_fields(request: Request) -> dict[str, str]:
    """The fields of a form, bounded, each once. Raises NotOurForm."""
    async with asyncio.timeout(ARRIVES_WITHIN_S):
        form = await request.form(max_files=0, max_fields=FORM_FIELDS)
    fields = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
    if len(fields) != len(form.multi_items()) or any(len(value) > FIELD_CHARACTERS for value in fields.values()):
        raise NotOurForm
    return fields


def _signed_in(request: Request) -> Asked:
    """Somebody's request, who may still have to show a second factor or to choose a password. Raises SignInNeeded."""
    face: Face = request.app.state.face
    viewer = face.viewer(request)
    if viewer is None:
        raise SignInNeeded(sign_in_path(request))
    return Asked(face, request, viewer, face.words_for(request), face.now_ms())


def _looking(request: Request) -> Asked:
    asked = _signed_in(request)
    if not asked.viewer.passed and request.url.path != SECOND:
        raise SignInNeeded(SECOND)
    if asked.viewer.passed and asked.viewer.must_change and request.url.path != NEW_PASSWORD:
        raise SignInNeeded(NEW_PASSWORD)
    if asked.viewer.second_missing and not request.url.path.startswith((NEW_PASSWORD, SECOND, SETUP)):
        raise SignInNeeded(SETUP)
    return asked


async def _here(request: Request) -> Face:
    face: Face = request.app.state.face
    return face


Here = Annotated[Face, Depends(_here)]
"""The face that a request came to: routes are built once a process, for every face there is in it."""
FormFields = Annotated[dict[str, str], Depends(form_fields)]
"""A form of whoever: for routes that nobody is signed in at."""
Looking = Annotated[Asked, Depends(_looking)]
"""A page asked for by somebody who is signed in."""


def with_form(asked: Asked, fields: dict[str, str]) -> Asked:
    """The request with its form, which must be of its own session. Raises NotOurForm."""
    if not hmac.compare_digest(asked.viewer.csrf.encode(), fields.get("csrf", "").encode("utf-8", "replace")):
        raise NotOurForm
    return Asked(asked.face, asked.request, asked.viewer, asked.t, asked.at_ms, fields)


def _sending(asked: Looking, fields: FormFields) -> Asked:
    return with_form(asked, fields)


def _leaving(asked: Annotated[Asked, Depends(_signed_in)], fields: FormFields) -> Asked:
    return with_form(asked, fields)


Sending = Annotated[Asked, Depends(_sending)]
"""A form sent by somebody who is signed in, from a page of theirs."""
Leaving = Annotated[Asked, Depends(_leaving)]
"""The same, for what somebody may do who has yet to show a second factor or to choose a password."""
