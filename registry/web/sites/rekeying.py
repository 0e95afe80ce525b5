"""A site's gateway was stolen: what is done about it, asked first, with a reason."""

from fastapi import APIRouter, Response

from registry import identity
from registry.guard.areas import Area, Verb
from registry.names import Id
from registry.sites import rekeying, sites
from registry.web.asked import Asked, Looking, Sending
from registry.web.forms import NAME, Form
from registry.web.sites import files as site_rows
from registry.web.sites import rows as sites_rows
from registry.web.sites.rows import SITES
from registry.web.trail import Did

REKEY = f"{SITES}/{{site}}/rekey"


def routes() -> APIRouter:
    """The question, and the deed."""
    router = APIRouter()

    @router.get(REKEY)
    def asking(asked: Looking, site: Id) -> Response:
        """Say what follows, and ask why."""
        return _form(asked, site, Form(asked.t))

    @router.post(REKEY)
    def rekey(asked: Sending, site: Id) -> Response:
        """Void the site's credentials and key, and show the new credential. 422 with the form without a reason."""
        site_rows.need(asked.viewer, site, Area.GATEWAYS, Verb.WRITE)
        form = Form(asked.t, asked.fields)
        reason = form.needed("reason", NAME)
        if form.wrong:
            return _form(asked, site, form, 422)
        fresh = rekeying.Fresh(identity.new_id(), identity.new_token(), identity.new_key())
        with asked.editing() as edit:
            known = sites.site(edit.connection, site)
            asked.note(edit.connection, Did.SITE_REKEYED, f"{fresh.gateway}: {reason}", site=site)
            keys = asked.face.shared.keys
            exposed = rekeying.rekey(edit, keys, site, fresh, revoke=form.ticked("revoke"))
        return asked.page("site_token.html", site=known, token=fresh.token, new=True, exposed=exposed)

    return router


def _form(asked: Asked, site: str, form: Form, status: int = 200) -> Response:
    site_rows.need(asked.viewer, site, Area.GATEWAYS, Verb.WRITE)
    with asked.reading() as connection:
        known = sites.site(connection, site)
        badges = sites_rows.badges_known(connection, site)
    return asked.page("site_rekey.html", status=status, site=known, badges=badges, form=form)
