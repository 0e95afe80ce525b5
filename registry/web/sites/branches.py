"""Saying which branch of a site's log is the site's: what follows is shown first, and it is said with a reason (S6)."""

from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from registry import store
from registry.guard.areas import Area, Verb
from registry.names import Id
from registry.tables import core as t
from registry.uplink import catching_up, confirming
from registry.uplink.awaiting import Branch, branches
from registry.web.asked import Asked, Looking, Sending
from registry.web.forms import NAME, WHOLE, Form
from registry.web.sites import files as site_rows
from registry.web.sites.rows import SITES
from registry.web.trail import Did

ONE = f"{SITES}/{{site}}/branches/{{epoch}}"


def routes() -> APIRouter:
    """The form and what it does."""
    router = APIRouter()

    @router.get(ONE)
    def asking(asked: Looking, site: Id, epoch: int) -> Response:
        """What follows if a branch is the site's."""
        site_rows.need(asked.viewer, site, Area.LOG, Verb.WRITE)
        return _form(asked, site, epoch, Form(asked.t))

    @router.post(ONE)
    def confirm(asked: Sending, site: Id, epoch: int) -> Response:
        """Say that it is. 422 with the form without a reason, 412 where somebody said another meanwhile."""
        site_rows.need(asked.viewer, site, Area.LOG, Verb.WRITE)
        form = Form(asked.t, asked.fields)
        note = form.needed("note", NAME)
        with asked.editing() as edit:
            row = store.one(edit.connection, t.site, t.site.c.id == site, "site")
            stale = form.stale(row.confirmed_epoch or 0)
            if not form.wrong:
                confirming.confirm(edit, site, epoch, asked.viewer.account, note)
                asked.note(edit.connection, Did.BRANCH_CONFIRMED, f"{epoch}: {note}", site=site)
        if form.wrong:
            return _form(asked, site, epoch, form, 412 if stale else 422)
        catching_up.sweep(asked.face.shared.database, asked.at_ms)
        return asked.see(f"{SITES}/{site}", "success", asked.t("site.confirmed", epoch=epoch, site=row.name))

    return router


def _form(asked: Asked, site: str, epoch: int, form: Form, status: int = 200) -> Response:
    with asked.reading() as connection:
        row = store.one(connection, t.site, t.site.c.id == site, "site")
        branch, other = _branches(connection, row, epoch, asked.at_ms)
        follows = confirming.foreseen(connection, site, epoch)
    return asked.page(
        "site_branch.html",
        status=status,
        site=row,
        branch=branch,
        other=other,
        follows=follows,
        form=form,
        whole=form.says(WHOLE),
    )


def _branches(connection: Connection, site: Any, epoch: int, at_ms: int) -> tuple[Branch, Branch | None]:  # noqa: ANN401 -- a row of the site table
    """The branch, and the one that is the site's now. Raises Problem where there is none."""
    store.one(
        connection, t.branch, (t.branch.c.site == site.id) & (t.branch.c.epoch == epoch), "branch of this site's log"
    )
    found = {one.epoch: one for one in branches(connection, t.site.c.id == site.id, at_ms)}
    return found[epoch], found.get(site.confirmed_epoch)
