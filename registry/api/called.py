"""What a site's gateway tells of calls on its readers (``registry.people.calls``)."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from access.call import Opening
from access.credential import is_random_uid, keyed_hash, unsealed
from registry.accounts.tokens import Gateway
from registry.edit import editing
from registry.names import Id
from registry.people import badges, calls
from registry.problems import Kind, Problem
from registry.settings import Shared
from registry.sites import sites
from registry.uplink import wire

router = APIRouter(prefix="/api/v1/gateway/calls", tags=["gateway"])
MOST_DOORS = 500


class OpeningBody(BaseModel):
    """What a door of the site would say to the card now; ``reason`` as a verdict has it."""

    model_config = ConfigDict(strict=True, extra="forbid")
    door: Id
    granted: bool
    reason: Annotated[str, Field(pattern=r"^[a-z-]{1,32}$")]


class CardBody(BaseModel):
    """A card that was shown: its keyed hash, its UID under the site's key, the badge that the site knows it as ("":
    none), and what the site's entrances would say to it.
    """

    model_config = ConfigDict(strict=True, extra="forbid")
    credential: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    sealed: Annotated[str, Field(pattern=r"^[0-9a-f]{38,52}$")]
    badge: Annotated[str, Field(pattern=r"^[a-z0-9-]{0,32}$")] = ""
    opens: Annotated[list[OpeningBody], Field(max_length=MOST_DOORS)]


@router.post("/{call}/heard")
def heard(request: Request, call: Id) -> dict[str, str]:
    """Say that the reader waits for the card of a call."""
    shared, site = _own(request)
    with editing(shared.database, shared.settings.wall_ms()) as edit:
        calls.heard(edit, site, call)
    return {"call": call}


@router.post("/{call}/card", openapi_extra=wire.body_of(CardBody))
def card(request: Request, call: Id) -> dict[str, str]:
    """Say which card was shown for a call. Its UID is hashed for every site, and forgotten; told again it changes
    nothing.
    """
    shared, site = _own(request)
    said = wire.read_body(CardBody, request.state.body)
    uid = _uid(shared.keys.of(site), said)
    with editing(shared.database, shared.settings.wall_ms()) as edit:
        calls.card(edit, site, call, _shown(shared, sites.site_ids(edit.connection), uid, said))
    return {"call": call}


def _own(request: Request) -> tuple[Shared, str]:
    principal: Gateway = request.state.principal
    return request.app.state.shared, principal.site


def _uid(key: bytes, said: CardBody) -> str:
    """The card's UID, which is what its keyed hash says. Raises Problem."""
    try:
        uid = unsealed(key, bytes.fromhex(said.sealed))
        if keyed_hash(key, uid).hex() == said.credential:
            return uid
    except ValueError:
        pass  # An odd number of digits, or no UID under this key.
    raise Problem(Kind.INVALID, "sealed: it does not open with the site's key; see that both hold the same one.")


def _shown(shared: Shared, known: list[str], uid: str, said: CardBody) -> calls.Shown:
    opens = [Opening(one.door, one.granted, one.reason) for one in said.opens]
    if is_random_uid(uid):
        return calls.Shown({}, unfit=True, opens=opens)
    return calls.Shown(badges.credentials(shared.keys.of_all(known), uid), badge=said.badge, opens=opens)
