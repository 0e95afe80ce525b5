"""One's own tokens of the API: made within what one may, shown once, and revoked."""

from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import select

from registry import identity, store
from registry.accounts import token_rows
from registry.accounts.token_rows import Terms
from registry.guard.areas import Area, Verb
from registry.guard.authority import NO_SITE, sites_for, somewhere
from registry.names import Id
from registry.problems import Problem
from registry.tables.tokens import api_token
from registry.web.accounts.own import ACCOUNT
from registry.web.asked import Asked, Looking, Sending
from registry.web.forms import NAME, WHOLE, Form
from registry.web.people.held import HOME
from registry.web.sites import closures_rows
from registry.web.trail import Did

TOKENS = f"{ACCOUNT}/tokens"
NOTHING, READ, WRITE = "", "read", "write"


def routes() -> APIRouter:
    """The page of one's own tokens, and its steps."""
    router = APIRouter()

    @router.get(TOKENS)
    def own(asked: Looking) -> Response:
        """Which there are, and the form of a new one."""
        return _page(asked, Form(asked.t))

    @router.post(TOKENS)
    def make(asked: Sending) -> Response:
        """Make one, and show it this once. 422 with the form where it cannot be."""
        asked.need(asked.viewer.may(Area.TOKENS, Verb.WRITE))
        form, ident, token = Form(asked.t, asked.fields), identity.new_id(), identity.new_token()
        terms = _read(asked, form)
        if form.wrong:
            return _page(asked, form)
        try:
            with asked.editing() as edit:
                token_rows.add(edit.connection, ident, token, terms, asked.viewer.account, asked.at_ms)
                what = f"{ident} {' '.join(sorted(terms.scopes))}"
                asked.note(edit.connection, Did.TOKEN_MADE, what, account=asked.viewer.account)
        except Problem as problem:
            form.refused(problem)
            return _page(asked, form)
        return asked.page("account_token.html", name=terms.name, token=token)

    @router.post(f"{TOKENS}/{{token}}/revoke")
    def revoke(asked: Sending, token: Id) -> Response:
        """Revoke one of one's own, at once and for good."""
        with asked.editing() as edit:
            here = (api_token.c.id == token) & (api_token.c.account == asked.viewer.account)
            row = store.one(edit.connection, api_token, here, "token")
            token_rows.revoke(edit.connection, row.id, asked.at_ms)
            asked.note(edit.connection, Did.TOKEN_REVOKED, row.id, account=asked.viewer.account)
        return asked.see(TOKENS, "success", asked.t("tokens.revoked", name=row.name))

    return router


def _areas(asked: Asked) -> dict[Area, list[tuple[str, str]]]:
    """What a token may be let do in each area where its holder may anything."""
    words = asked.t
    choices = {
        area: [
            (NOTHING, words("tokens.nothing")),
            (READ, words("tokens.read")),
            *([(WRITE, words("tokens.write"))] if somewhere(asked.viewer.authority, area, Verb.WRITE) else []),
        ]
        for area in Area
        if somewhere(asked.viewer.authority, area)
    }
    return dict(sorted(choices.items(), key=lambda pair: words(f"area.{pair[0]}")))


def _sites(asked: Asked) -> dict[str, str]:
    """The sites that a token may be bound to: those that its holder sees anything of."""
    shown = sites_for(asked.viewer.authority, Area.SITES)
    if shown == NO_SITE:
        return {}
    with asked.reading() as connection:
        return {row.id: row.name for row in closures_rows.sites_of(connection, shown)}


def _read(asked: Asked, form: Form) -> Terms:
    name = form.needed("name", NAME)
    said = {area: form.value(f"area-{area}") for area in _areas(asked)}
    for area, choices in _areas(asked).items():
        if said[area] not in {one for one, _ in choices}:
            form.refuse(f"area-{area}", "wrong.choice")
    scopes = frozenset(f"{area}:{verb}" for area, verb in said.items() if verb)
    if not scopes:
        form.refuse("scopes", "wrong.no_scope")
    sites = frozenset(site for site in _sites(asked) if form.ticked(f"site-{site}"))
    expires_ms = form.until("until", None, HOME)
    if expires_ms is not None and expires_ms <= asked.at_ms:
        form.refuse("until", "wrong.past")
    return Terms(name, scopes, asked.viewer.account, sites or None, expires_ms)


def _page(asked: Asked, form: Form) -> Response:
    c = api_token.c
    with asked.reading() as connection:
        query = select(api_token).where(c.account == asked.viewer.account)
        rows: Any = connection.execute(query.order_by(c.created_ms.desc(), c.id)).all()
    return asked.page(
        "account_tokens.html",
        status=422 if form.wrong else 200,
        tokens=rows,
        form=form,
        whole=form.says(WHOLE),
        areas=_areas(asked),
        sites=_sites(asked),
        makes=asked.viewer.may(Area.TOKENS, Verb.WRITE),
    )
