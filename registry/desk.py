"""An operator's request at work: reading, and editing with Idempotency-Key and If-Match."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import Connection

from registry.answers import Answer, Repeatable, checked_key, keep, recall
from registry.edit import Edit, editing
from registry.problems import Kind, Problem
from registry.settings import Shared
from registry.tokens import Operator


@dataclass(frozen=True, slots=True)
class Desk:
    """One operator's request and what the process shares."""

    shared: Shared
    operator: str
    if_match: str
    if_none_match: str
    repeatable: Repeatable | None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that reads."""
        with self.shared.database.read() as connection:
            yield connection

    def edit(self, do: Callable[[Edit], Answer]) -> Response:
        """Do an edit once, however often it is asked for under one Idempotency-Key."""
        with editing(self.shared.database, self.shared.settings.wall_ms()) as edit:
            answer = None if self.repeatable is None else recall(edit, self.repeatable)
            if answer is None:
                answer = do(edit)
                if self.repeatable is not None:
                    keep(edit, self.repeatable, answer)
        return respond(answer)

    def check_match(self, revision: int) -> None:
        """The edit starts from the revision that is there. Raises Problem."""
        if not self.if_match:
            raise Problem(Kind.NEEDS_MATCH, "send If-Match with the ETag that you read.")
        if self.if_match not in {"*", tag(revision)}:
            raise Problem(Kind.CHANGED, "read it again, and edit what is there now.", {"ETag": tag(revision)})

    def show(self, body: dict[str, Any], revision: int) -> Response:
        """One thing as it is now; 304 for an ETag that still holds."""
        if self.if_none_match == tag(revision):
            return Response(status_code=304, headers={"ETag": tag(revision)})
        return JSONResponse(body, headers={"ETag": tag(revision)})


def tag(revision: int) -> str:
    """The ETag of a revision."""
    return f'"{revision}"'


def respond(answer: Answer) -> Response:
    """An answer as a response, with its secrets where it is the first time."""
    headers = {} if answer.revision is None else {"ETag": tag(answer.revision)}
    if answer.body is None:
        return Response(status_code=answer.status, headers=headers)
    body = {**answer.body, **answer.secrets}
    return JSONResponse(body, answer.status, headers | {"Cache-Control": "no-store"})


_Tag = Annotated[str, Header(description="An ETag, as it was read.")]


def _reading(request: Request, if_none_match: _Tag = "") -> Desk:
    principal: Operator = request.state.principal
    return Desk(request.app.state.shared, principal.id, "", if_none_match, None)


def _writing(
    request: Request,
    if_match: _Tag = "",
    idempotency_key: Annotated[str, Header(description="16 to 128 characters, new for each write.")] = "",
) -> Desk:
    principal: Operator = request.state.principal
    repeatable = None
    if "idempotency-key" in request.headers:
        asked = json.dumps([request.method, request.url.path, request.url.query, if_match])
        whole = asked.encode() + b"\0" + request.state.body
        repeatable = Repeatable(principal.id, checked_key(idempotency_key), whole)
    return Desk(request.app.state.shared, principal.id, if_match, "", repeatable)


Asking = Annotated[Desk, Depends(_reading)]
"""The desk of an operator who reads."""
Writing = Annotated[Desk, Depends(_writing)]
"""The desk of an operator who edits."""


def created(body: dict[str, Any], revision: int | None = None) -> Answer:
    """What was made."""
    return Answer(201, body, revision)


def done() -> Answer:
    """Nothing to show."""
    return Answer(204)


def with_secrets(answer: Answer, **secrets: object) -> Answer:
    """An answer with members that are shown once; kept, they are null."""
    hidden = {**(answer.body or {}), **dict.fromkeys(secrets)}
    return replace(answer, body=hidden, secrets=secrets)
