"""What gateways ask: hello, events, the lane, changes. Version 1; a gateway speaks for its own site alone."""

import json
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.exc import OperationalError

from access.log import Broken
from registry.accounts.tokens import Gateway
from registry.downlink import feed, lane
from registry.downlink.applied import Applied
from registry.people import calls
from registry.problems import Kind, Problem
from registry.retention import erased_logs
from registry.settings import Shared
from registry.sites import layouts
from registry.uplink import branches, hello, ingest, refetch, wire, witness
from registry.uplink.histories import Narrow

router = APIRouter(prefix="/api/v1/gateway", tags=["gateway"])


def own_site(request: Request, site: str) -> Shared:
    """What the process shares, for a gateway that speaks of its own site. Raises Problem."""
    principal: Gateway = request.state.principal
    if principal.site != site:
        raise Problem(Kind.NOT_YOURS, "this gateway's token belongs to another site; use the token of this one.")
    shared: Shared = request.app.state.shared
    return shared


@router.post("/hello", openapi_extra=wire.body_of(wire.HelloBody))
def greet(request: Request) -> dict[str, Any]:
    """Where the registry stands in this gateway's log: ``resume`` after that row, or ``rewind``: it has lost some.

    A 409 ``narrow`` asks for marks in (``after``, ``before``]; a 409 ``fork`` gives the log another ``epoch``, which
    begins behind ``base_seq`` of ``base_epoch``. ``confirmed``: this gateway's log is the site's. ``layout`` is the
    digest of the layout that is here, null where this gateway need not tell its own. ``witness`` is where each other
    site's log ends: epoch, number and hash. ``erased`` are those whom its log is to name no more: id, and salt, words
    and digest of the name.
    """
    said = wire.read_hello(request.state.body)
    shared = own_site(request, said.site)
    with shared.database.write() as connection:
        outcome = hello.greet(connection, said, shared.settings.wall_ms())
        layout = layouts.wanted_of(connection, said.site, said.epoch)
        others = witness.heads(connection, said.site)
        erased = [(one.id, one.salt, one.words, one.digest) for one in erased_logs.told(connection)]
    match outcome:
        case hello.Resume(seq, head, confirmed, rewound):
            answer = "rewind" if rewound else "resume"
            place = {"answer": answer, "resume": seq, "head": head.hex()}
            return {**place, "confirmed": confirmed, "layout": layout, "witness": others, "erased": erased}
        case Narrow(after=after, before=before):
            detail = f"greet again with marks of rows after {after} up to {before}."
            raise Problem(Kind.NARROW, detail, after=after, before=before)
        case hello.Forked():
            raise _branched(outcome)
        case branches.TooMany(wait_ms):
            retry = {"Retry-After": str(wait_ms // 1_000)}
            raise Problem(Kind.TOO_MANY, "this site's log has branched too often; greet again later.", retry)


def _branched(forked: hello.Forked) -> Problem:
    detail = f"this log is another after row {forked.base_seq}; go on in epoch {forked.epoch}, and staff confirm it."
    return Problem(Kind.FORK, detail, epoch=forked.epoch, base_epoch=forked.base_epoch, base_seq=forked.base_seq)


@router.post("/events", openapi_extra=wire.body_of(wire.EventsBody))
def events(request: Request) -> dict[str, int]:
    """Take rows of the log, each once; 409 ``gap`` with ``resume``, 409 ``fork``, 422 ``broken-row``."""
    batch = wire.read_events(request.state.body)
    shared = own_site(request, batch.site)
    with shared.database.write() as connection:
        outcome = ingest.take(connection, batch.site, batch.epoch, batch.rows, shared.settings.wall_ms())
    match outcome:
        case ingest.Acked(seq):
            return {"acked": seq}
        case ingest.Gap(resume):
            detail = f"rows after {resume} are missing; send from {resume + 1}."
            raise Problem(Kind.GAP, detail, resume=resume)
        case ingest.Fork():
            raise _forked(outcome)
        case Broken(seq=seq, what=what):
            raise Problem(Kind.BROKEN_ROW, f"row {seq}: {what}; nothing of this batch was taken.", seq=seq)


_Since = Annotated[int, Query(ge=0, le=wire.LAST_NUMBER)]
_Epoch = Annotated[int | None, Query(ge=0, le=wire.LAST_NUMBER, description="Left out: the confirmed one.")]


@router.get("/log")
def log(
    request: Request,
    epoch: _Epoch = None,
    after: _Since = 0,
    limit: Annotated[int, Query(ge=1, le=refetch.MOST_ROWS)] = refetch.MOST_ROWS,
) -> Response:
    """Give a gateway its own log back after a number, rows and gaps as an append has them: at most 500 and 256 KiB at
    a time, until ``seq``, where the branch ends here. Bodies that were erased are null.
    """
    principal: Gateway = request.state.principal
    shared: Shared = request.app.state.shared
    with shared.database.read() as connection:
        asked = branches.confirmed(connection, principal.site) if epoch is None else epoch
        page = None if asked is None else refetch.page(connection, principal.site, asked, after, limit)
    if page is None:
        raise Problem(Kind.NOT_FOUND, "the registry has no such branch of this site's log; greet it first.")
    body = {"epoch": asked, "seq": page.seq, "rows": page.elements}
    return Response(json.dumps(body, separators=(",", ":")), media_type="application/json")


def _forked(fork: ingest.Fork) -> Problem:
    detail = f"the registry holds another row {fork.seq} of this epoch; greet again."
    return Problem(Kind.FORK, detail, seq=fork.seq)


@router.get("/lane")
async def look(
    request: Request,
    generation: Annotated[str, Query(max_length=64)] = "",
    since: _Since = 0,
    epoch: _Epoch = None,
    after: _Since = 0,
) -> dict[str, Any]:
    """Say where the feed ends, and who has lost something since the version that this gateway decides by: at most 500
    denials, the next with ``after``, the last one's version. Every gateway of a site is told, and none waits. Of
    ``calls``, the readers on which staff call, the confirmed one alone.
    """
    principal: Gateway = request.state.principal
    shared: Shared = request.app.state.shared

    at_ms = shared.settings.wall_ms()

    def glance() -> tuple[lane.Look, int, list[dict[str, Any]]]:
        with shared.database.glance() as connection:
            seen = lane.look(connection, principal.site, generation, since, after)
            own = seen.confirmed if epoch is None else epoch
            held = since if generation == seen.generation else 0
            called = calls.told(connection, principal.site, at_ms, held) if own == seen.confirmed else []
            return seen, own or 0, called

    found, own, called = await shared.glances.of(glance)
    shared.noted.note(Applied(principal.site, own, generation, since, at_ms))
    return {
        "generation": found.generation,
        "version": found.version,
        "digest": found.digest,
        "denials": [[denial.what, denial.id, denial.version] for denial in found.denials],
        "more": found.more,
        "calls": called,
    }


@router.get("/changes")
def changes(
    request: Request,
    generation: Annotated[str, Query(max_length=64)] = "",
    since: _Since = 0,
    limit: Annotated[int, Query(ge=1, le=feed.MOST_CHANGES)] = 500,
    epoch: _Epoch = None,
) -> Response:
    """Give what changed of people, badges and bookings since a version; 304 for an ETag that still holds, and a 409
    ``unconfirmed`` for a gateway whose ``epoch`` is not the branch that staff confirmed.
    """
    principal: Gateway = request.state.principal
    shared: Shared = request.app.state.shared
    # What is committed is told even where nothing can be written now; a later request sweeps again.
    with suppress(OperationalError):
        shared.noted.sweep()
    with shared.database.read() as connection:
        if epoch is not None and not branches.is_confirmed(connection, principal.site, epoch):
            raise Problem(Kind.UNCONFIRMED, f"staff have confirmed another branch of this site's log than {epoch}.")
        end = feed.head(connection, principal.site)
        tag = f'"{end.generation}-{end.version}-{since}-{limit}"'
        if request.headers.get("if-none-match") == tag and generation == end.generation:
            return Response(status_code=304, headers={"ETag": tag})
        try:
            page = feed.page(connection, principal.site, generation, since, limit)
        except feed.Ahead as error:
            detail = f"{error}; staff must give it a new generation (hubout registry restored)."
            raise Problem(Kind.REPLICA_AHEAD, detail) from error
    body = {
        "generation": page.generation,
        "version": page.version,
        "snapshot": page.snapshot,
        "more": page.more,
        "digest": page.digest,
        "changes": page.changes,
    }
    return JSONResponse(body, headers={"ETag": tag})
