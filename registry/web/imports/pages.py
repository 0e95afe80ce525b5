"""Files in and out: what each line of a file would do, or why it cannot be used, before anything is done."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from registry import identity, store
from registry.api.exchange import IMPORTS as BRINGS
from registry.edit import Edit
from registry.exchange import out as exchange_out
from registry.exchange.bringing_in import Context, Does, Report, perform, rehearse
from registry.exchange.taking_out import taken_out
from registry.guard.areas import Area, Verb
from registry.names import Id
from registry.problems import Problem
from registry.sites import sites
from registry.spreadsheets.cells import Dialect
from registry.spreadsheets.incoming import read
from registry.spreadsheets.kinds import KINDS
from registry.tables import core as t
from registry.web.asked import Asked, Looking
from registry.web.imports.told import told
from registry.web.reaching import check_site, is_open, sites_where
from registry.web.sites import closures_rows
from registry.web.trail import Did
from registry.web.uploads import FILE_BYTES, Uploading

IMPORTS, EXPORTS = "/imports", "/exports"


def routes() -> APIRouter:
    """The page of files, and its steps."""
    router = APIRouter()

    @router.get(IMPORTS)
    def files(asked: Looking) -> Response:
        """Choose a file to bring in, or what to take out."""
        sites_where(asked, Area.EXCHANGE)
        return _page(asked)

    @router.post(IMPORTS)
    def bring(upload: Uploading) -> Response:
        """Say line by line what a file would do; do it where that was seen and confirmed. 422 where it cannot be."""
        asked, kind = upload.asked, upload.asked.fields.get("kind", "")
        asked.need(is_open(asked.viewer, Area.EXCHANGE, Verb.WRITE) and kind in BRINGS)
        if upload.data is None:
            return _page(asked, kind, asked.t("imports.no_file", kib=FILE_BYTES // 1024))
        if asked.fields.get("confirmed") != "1":
            return told(upload, _rehearsed(asked, kind, upload.data), IMPORTS, asked.fields)
        try:
            with asked.editing() as edit:
                report = perform(edit, kind, _bring(asked, edit, kind, upload.data)).body or {}
                counts = ", ".join(f"{does} {number}" for does, number in report["counts"].items() if number)
                asked.note(edit.connection, Did.FILE_BROUGHT_IN, f"{kind}: {counts}")
        except Problem as problem:
            if "rows" not in problem.members:
                raise
            return told(upload, problem.members, IMPORTS, asked.fields)
        done = report["counts"]
        return asked.see(IMPORTS, "success", asked.t("imports.done", made=done[Does.CREATE], changed=done[Does.CHANGE]))

    @router.get(f"{EXPORTS}/{{kind}}")
    def take(
        asked: Looking,
        kind: Id,
        site: Annotated[str, Query(max_length=32)] = "",
        plain: bool = False,  # noqa: FBT001, FBT002
    ) -> Response:
        """Give a file of one site, or of all to whoever may read all of them."""
        shown = sites_where(asked, Area.EXCHANGE)
        asked.need(kind in exchange_out.EXPORTS and (bool(site) or shown is None))
        with asked.editing() as edit:
            if site:
                check_site(asked, site, Area.EXCHANGE)
                store.one(edit.connection, t.site, t.site.c.id == site, "site")
            asked.note(edit.connection, Did.FILE_TAKEN_OUT, kind, site=site or None)
        form = Dialect.CSV if plain else Dialect.EXCEL
        return taken_out(asked.reading, kind, site or None, form, asked.at_ms)

    return router


def _bring(asked: Asked, edit: Edit, kind: str, data: bytes) -> Any:  # noqa: ANN401 -- registry.exchange.Bring
    """What brings a file in, within an edit."""
    zones = exchange_out.zones(edit.connection)
    keys = asked.face.shared.keys.of_all(sites.site_ids(edit.connection))
    theirs = sites_where(asked, Area.EXCHANGE, Verb.WRITE)
    context = Context(zones, keys, identity.new_id, asked.viewer.account, theirs)
    sheet = read(KINDS[kind], data, zones)

    def bring(within: Edit) -> Report:
        return BRINGS[kind](within, context, sheet)

    return bring


def _rehearsed(asked: Asked, kind: str, data: bytes) -> dict[str, Any]:
    with asked.editing() as edit:
        return rehearse(edit, kind, _bring(asked, edit, kind, data)).body or {}


def _page(asked: Asked, kind: str = "", wrong: str = "") -> Response:
    shown = sites_where(asked, Area.EXCHANGE)
    with asked.reading() as connection:
        there = closures_rows.sites_of(connection, shown)
    kinds = [(one, asked.t(f"imports.kind.{one}")) for one in BRINGS]
    writes = is_open(asked.viewer, Area.EXCHANGE, Verb.WRITE)
    theirs = sites_where(asked, Area.EXCHANGE, Verb.WRITE) if writes else shown
    said = {"kinds": kinds, "sites": there, "whole": shown is None, "writes": writes, "kib": FILE_BYTES // 1024}
    said["bound"] = [site.name for site in there if theirs is not None and site.id in theirs]
    return asked.page("imports.html", status=422 if wrong else 200, kind=kind, wrong=wrong, **said)
