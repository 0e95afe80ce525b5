"""A request of the API at work: what it may, reading, and editing with Idempotency-Key and If-Match."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import ColumnElement, Connection, or_, true

from registry.accounts.tokens import Caller
from registry.api.answers import Answer, Repeatable, checked_key, keep, recall
from registry.edit import Edit, editing
from registry.guard import acts, asked, whose
from registry.guard.acts import Act, From, kind_of
from registry.guard.areas import Area, Verb
from registry.guard.asked import Asked
from registry.guard.authority import Of, Sites, at, sites_for
from registry.guard.whose import Place
from registry.problems import Kind, Problem
from registry.programmes.groups import groups_of
from registry.settings import Shared

API_ACT = "api-"
"""The kinds of row that the audit trail has of the API begin so; the area follows."""
LONGEST_ACT = 300


@dataclass(frozen=True, slots=True)
class Desk:
    """One request: who asks, what it may, and what the process shares; ``what`` it is, for the audit trail, and the
    kind of ``address`` that it came from.
    """

    shared: Shared
    caller: Caller
    asked: Asked
    if_match: str = ""
    if_none_match: str = ""
    repeatable: Repeatable | None = None
    what: str = ""
    path: Mapping[str, str] = field(default_factory=dict)
    address: From = From.UNKNOWN

    @property
    def operator(self) -> str:
        """In whose name it is done."""
        return self.caller.author

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that reads."""
        with self.shared.database.read() as connection:
            yield connection

    @property
    def sites(self) -> Sites:
        """The sites whose rows this request is shown; None: all."""
        return self.asked.sites

    def here(self, *columns: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether one of these columns names a site whose rows this request is shown."""
        sites = self.sites
        return true() if sites is None else or_(*(column.in_(sites) for column in columns))

    def check(self, of: Of | None, noun: str, area: Area | None = None, verb: Verb | None = None) -> None:
        """What a body names may be read or written too; None: there is no such thing. Raises Problem."""
        asked.check(self.asked.authority, area or self.asked.area, verb or self.asked.verb, of, noun)

    def check_person(self, connection: Connection, person: str) -> None:
        """Whom a body names may be read. Raises Problem."""
        if sites_for(self.asked.authority, Area.PEOPLE) is not None:
            self.check(whose.person(connection, person), "person", Area.PEOPLE, Verb.READ)

    def check_groups(self, connection: Connection, groups: Sequence[str]) -> None:
        """The cohorts and teams that a body names are of sites that may be read. Raises Problem."""
        if sites_for(self.asked.authority, Area.COHORTS) is not None:
            found = groups_of(connection, groups)
            for group in groups:
                self.check(at(found[group].site) if group in found else None, "cohort or team", Area.COHORTS, Verb.READ)

    def edit(self, do: Callable[[Edit], Answer]) -> Response:
        """Do an edit once, however often it is asked for under one Idempotency-Key."""
        with editing(self.shared.database, self.shared.settings.wall_ms()) as edit:
            answer = None if self.repeatable is None else recall(edit, self.repeatable)
            if answer is None:
                answer = do(edit)
                acts.note(edit.connection, self._done(answer), edit.at_ms)
                if self.repeatable is not None:
                    keep(edit, self.repeatable, answer)
        return respond(answer)

    def _done(self, answer: Answer) -> Act:
        """The row of the audit trail for an edit; whom it concerns is what its address or its answer names."""
        if not answer.names:
            return Act(f"{API_ACT}{self.asked.area}", self.operator, address=self.address, what=self.what.split(" ")[0])
        said, path = answer.body or {}, self.path
        person, site, made = (_name(path.get(name) or said.get(name)) for name in ("person", "site", "id"))
        what = self.what if answer.status != 201 or made is None else f"{self.what} {made}"
        return Act(f"{API_ACT}{self.asked.area}", self.operator, None, person, site, self.address, what)

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


def _name(value: object) -> str | None:
    return value if isinstance(value, str) else None


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


@dataclass(frozen=True, slots=True)
class Asks:
    """What a route needs: to read or write an object of an area, which its address names."""

    area: Area
    verb: Verb
    place: Place

    def admit(self, request: Request) -> Asked:
        """What a request may that this route serves. Raises Problem."""
        caller: Caller = request.state.principal
        shared: Shared = request.app.state.shared
        return asked.admit(shared.database, caller.authority, self.area, self.verb, self.place, request.path_params)


class _Reads(Asks):
    __slots__ = ()

    def __call__(self, request: Request, if_none_match: _Tag = "") -> Desk:
        return Desk(request.app.state.shared, request.state.principal, self.admit(request), if_none_match=if_none_match)


class _Writes(Asks):
    __slots__ = ()

    def __call__(
        self,
        request: Request,
        if_match: _Tag = "",
        idempotency_key: Annotated[str, Header(description="16 to 128 characters, new for each write.")] = "",
    ) -> Desk:
        caller: Caller = request.state.principal
        may = self.admit(request)
        repeatable = None
        if "idempotency-key" in request.headers:
            said = json.dumps([request.method, request.url.path, request.url.query, if_match])
            whole = said.encode() + b"\0" + request.state.body
            repeatable = Repeatable(caller.id, checked_key(idempotency_key), whole)
        return Desk(
            request.app.state.shared,
            caller,
            may,
            if_match,
            repeatable=repeatable,
            what=f"{request.method} {request.url.path}"[:LONGEST_ACT],
            path=request.path_params,
            address=kind_of("" if request.client is None else request.client.host),
        )


def reads(area: Area, place: Place) -> Any:  # noqa: ANN401 -- FastAPI's own mark
    """The desk of a request that reads."""
    return Depends(_Reads(area, Verb.READ, place))


def writes(area: Area, place: Place) -> Any:  # noqa: ANN401 -- FastAPI's own mark
    """The desk of a request that edits."""
    return Depends(_Writes(area, Verb.WRITE, place))


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
