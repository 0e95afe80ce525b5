"""The credentials of a site's gateways: one is shown once, when it is made, and taken out of force with a reason."""

from fastapi import APIRouter, Response

from registry import identity, store
from registry.guard.areas import Area, Verb
from registry.names import Id
from registry.sites import sites
from registry.tables import core as t
from registry.web.asked import Asked, Looking, Sending
from registry.web.forms import NAME, Form
from registry.web.sites import files as site_rows
from registry.web.sites import rows as sites_rows
from registry.web.sites.rows import SITES
from registry.web.trail import Did

GATEWAYS = f"{SITES}/{{site}}/gateways"
DROP = f"{GATEWAYS}/{{gateway}}/drop"


def routes() -> APIRouter:
    """Making one, and dropping one."""
    router = APIRouter()

    @router.post(GATEWAYS)
    def add(asked: Sending, site: Id) -> Response:
        """Make one more, and show it."""
        site_rows.need(asked.viewer, site, Area.GATEWAYS, Verb.WRITE)
        token, ident = identity.new_token(), identity.new_id()
        with asked.editing() as edit:
            known = sites.site(edit.connection, site)
            sites.add_gateway(edit, site, ident, token)
            asked.note(edit.connection, Did.GATEWAY_ADDED, ident, site=site)
        return asked.page("site_token.html", site=known, token=token, new=False, exposed=None)

    @router.get(DROP)
    def asking(asked: Looking, site: Id, gateway: Id) -> Response:
        """Ask why one is to be taken out of force."""
        return _form(asked, site, gateway, Form(asked.t))

    @router.post(DROP)
    def drop(asked: Sending, site: Id, gateway: Id) -> Response:
        """Take it out of force, at once and for good. 422 with the form without a reason."""
        site_rows.need(asked.viewer, site, Area.GATEWAYS, Verb.WRITE)
        form = Form(asked.t, asked.fields)
        reason = form.needed("reason", NAME)
        if form.wrong:
            return _form(asked, site, gateway, form, 422)
        with asked.editing() as edit:
            sites.drop_gateway(edit, site, gateway)
            asked.note(edit.connection, Did.GATEWAY_DROPPED, f"{gateway}: {reason}", site=site)
        return asked.see(f"{SITES}/{site}", "success", asked.t("site.gateway_dropped"))

    return router


def _form(asked: Asked, site: str, gateway: str, form: Form, status: int = 200) -> Response:
    site_rows.need(asked.viewer, site, Area.GATEWAYS, Verb.WRITE)
    with asked.reading() as connection:
        known = sites.site(connection, site)
        row = store.one(connection, t.gateway, (t.gateway.c.site == site) & (t.gateway.c.id == gateway), "credential")
        last = len(sites_rows.gateways_of(connection, site)) == 1
    return asked.page("site_gateway.html", status=status, site=known, gateway=row, last=last, form=form)
