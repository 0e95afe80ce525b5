"""Staff at a site's own pages, who give badges there in their own name (``registry.accounts.lent``)."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from pages.passwords import LOGIN_CHARACTERS
from registry.accounts import lent
from registry.accounts.tokens import Gateway
from registry.guard.acts import kind_of
from registry.settings import Shared
from registry.uplink import wire

router = APIRouter(prefix="/api/v1/gateway/staff", tags=["gateway"])
MOST_CHARACTERS = 400


class StaffBody(BaseModel):
    """Login and password of somebody who stands at the site, and a code where they have a second step."""

    model_config = ConfigDict(strict=True, extra="forbid")
    login: Annotated[str, Field(min_length=1, max_length=LOGIN_CHARACTERS)]
    password: Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS)]
    code: Annotated[str, Field(max_length=MOST_CHARACTERS)] = ""


class LentShown(BaseModel):
    """A token of theirs, for the badges of this site; ``at_ms`` and ``until_ms`` on the registry's clock."""

    token: str
    at_ms: int
    until_ms: int


@router.post("", openapi_extra=wire.body_of(StaffBody), response_model=LentShown)
def lend(request: Request) -> JSONResponse:
    """Lend this site a token of whoever stands there, for an hour. 403 with ``wrong`` for a wrong login or password,
    with ``second`` where a code is asked for; 429 for too many guesses.
    """
    principal: Gateway = request.state.principal
    shared: Shared = request.app.state.shared
    said = wire.read_body(StaffBody, request.state.body)
    address = kind_of("" if request.client is None else request.client.host)
    made = lent.lend(shared, principal.site, lent.Shown(said.login, said.password, said.code), address)
    body = LentShown(token=made.token, at_ms=made.at_ms, until_ms=made.until_ms)
    return JSONResponse(body.model_dump(), headers={"Cache-Control": "no-store"})
