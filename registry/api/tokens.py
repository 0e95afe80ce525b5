"""Tokens of the API: an account's own, never for more than it may, and services', which administrators make."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, select, true

from registry import identity, store
from registry.accounts import token_rows
from registry.accounts.token_rows import Terms
from registry.api.answers import Answer
from registry.api.desk import Desk, created, done, reads, with_secrets, writes
from registry.api.paging import Cursor, Limit, paged
from registry.edit import Edit
from registry.guard import whose
from registry.guard.areas import Area, Verb
from registry.guard.authority import sites_for
from registry.names import Id, Ms, Name
from registry.problems import Kind, Problem
from registry.shapes.common import Shape
from registry.shapes.shown import PageOf
from registry.tables.tokens import api_token

router = APIRouter(prefix="/api/v1/tokens", tags=["tokens"])


class NewToken(Shape):
    """A token: what it may (AREA:read, AREA:write, or * for every area), at which sites (null: all), until when."""

    name: Name
    scopes: Annotated[list[Annotated[str, Field(max_length=40)]], Field(min_length=1, max_length=60)]
    sites: Annotated[list[Id], Field(min_length=1, max_length=100)] | None = None
    expires_ms: Ms | None = None
    service: bool = False


class TokenShown(BaseModel):
    """A token of an account, or of a service (null); never what opens."""

    id: str
    name: str
    account: str | None
    scopes: list[str]
    sites: list[str] | None
    created_ms: int
    created_by: str
    expires_ms: int | None
    revoked_ms: int | None
    last_day: str | None


class MadeToken(TokenShown):
    """A new token, which is shown this once, null to a repeated request."""

    token: str | None


_PLAIN = ("id", "name", "account", "created_ms", "created_by", "expires_ms", "revoked_ms", "last_day")


def _token(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row of the api_token table
    plain = {name: getattr(row, name) for name in _PLAIN}
    return {**plain, "scopes": row.scopes.split(), "sites": None if row.sites is None else row.sites.split()}


def _mine(desk: Desk, verb: Verb) -> ColumnElement[bool]:
    """Whose tokens a request may read or revoke: its account's and itself, or everybody's."""
    if sites_for(desk.asked.authority, Area.TOKENS, verb) is None:
        return true()
    own = api_token.c.id == desk.caller.id
    return own if desk.caller.account is None else own | (api_token.c.account == desk.caller.account)


@router.get("", response_model=PageOf[TokenShown])
def list_tokens(
    desk: Annotated[Desk, reads(Area.TOKENS, whose.BODY)], cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List one's own tokens, or everybody's to who may see them; never what opens."""
    with desk.reading() as connection:
        query = select(api_token).where(_mine(desk, Verb.READ))
        return paged(connection, query, [api_token.c.id], cursor, limit, _token)


@router.post("", status_code=201, response_model=MadeToken)
def add_token(desk: Annotated[Desk, writes(Area.TOKENS, whose.BODY)], body: NewToken) -> Response:
    """Make a token of one's own account, or a service's; it never does more than whoever makes it, nor longer."""
    ident, token = identity.new_id(), identity.new_token()
    owner = None if body.service else desk.caller.account
    sites = None if body.sites is None else frozenset(body.sites)
    terms = Terms(body.name, frozenset(body.scopes), owner, sites, body.expires_ms)
    token_rows.check_scopes(terms.scopes)
    if owner is None and sites_for(desk.asked.authority, Area.TOKENS, Verb.WRITE) is not None:
        raise Problem(Kind.NOT_YOURS, "a service's token is made by an administrator; ask one.")
    if token_rows.exceeds(desk.caller, terms):
        raise Problem(Kind.NOT_YOURS, "a token does no more than whoever makes it, nor at more sites, nor longer.")

    def do(edit: Edit) -> Answer:
        token_rows.add(edit.connection, ident, token, terms, desk.operator, edit.at_ms)
        row = store.one(edit.connection, api_token, api_token.c.id == ident, "token")
        return with_secrets(created(_token(row)), token=token)

    return desk.edit(do)


@router.delete("/{token}", status_code=204)
def revoke_token(desk: Annotated[Desk, writes(Area.TOKENS, whose.BODY)], token: Id) -> Response:
    """Revoke a token, at once and for good; again changes nothing."""

    def do(edit: Edit) -> Answer:
        store.one(edit.connection, api_token, (api_token.c.id == token) & _mine(desk, Verb.WRITE), "token")
        token_rows.revoke(edit.connection, token, edit.at_ms)
        return done()

    return desk.edit(do)
