"""Files in and out: what each line of a file would do, or why it cannot be used, before anything is done."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from registry import exchange_out, identity, sites, store
from registry import tables as t
from registry.api_exchange import IMPORTS as BRINGS
from registry.areas import Area, Verb
from registry.authority import COMMON
from registry.csv_cells import Dialect
from registry.csv_in import read
from registry.csv_kinds import KINDS
from registry.edit import Edit
from registry.exchange import Context, Does, Report, perform, rehearse
from registry.names import Id
from registry.problems import Problem
from registry.taking_out import taken_out
from registry.web import closures_rows
from registry.web.asked import Asked, Looking
from registry.web.face import Face
from registry.web.reaching import check_site, sites_where
from registry.web.trail import Did
from registry.web.uploads import FILE_BYTES, Upload, Uploading

IMPORTS, EXPORTS = "/imports", "/exports"
LINES = 200
"""So many lines that are used are shown; of those refused, every one."""


def routes(face: Face) -> APIRouter:
    """The page of files, and its steps."""
    del face
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
        asked.need(asked.viewer.may(Area.EXCHANGE, Verb.WRITE, COMMON) and kind in BRINGS)
        if upload.data is None:
            return _page(asked, kind, asked.t("imports.no_file", kib=FILE_BYTES // 1024))
        if asked.fields.get("confirmed") != "1":
            return _told(asked, upload, _rehearsed(asked, kind, upload.data))
        try:
            with asked.editing() as edit:
                report = perform(edit, kind, _bring(asked, edit, kind, upload.data)).body or {}
                counts = ", ".join(f"{does} {number}" for does, number in report["counts"].items() if number)
                asked.note(edit.connection, Did.FILE_BROUGHT_IN, f"{kind}: {counts}")
        except Problem as problem:
            if "rows" not in problem.members:
                raise
            return _told(asked, upload, problem.members)
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
    context = Context(zones, keys, identity.new_id, asked.viewer.account)
    sheet = read(KINDS[kind], data, zones)

    def bring(within: Edit) -> Report:
        return BRINGS[kind](within, context, sheet)

    return bring


def _rehearsed(asked: Asked, kind: str, data: bytes) -> dict[str, Any]:
    with asked.editing() as edit:
        return rehearse(edit, kind, _bring(asked, edit, kind, data)).body or {}


def _told(asked: Asked, upload: Upload, report: dict[str, Any]) -> Response:
    refused = [row for row in report["rows"] if row["does"] == Does.REFUSE]
    used = [row for row in report["rows"] if row["does"] != Does.REFUSE]
    said = {"refused": refused, "used": used[:LINES], "more": len(used) > LINES, "report": report}
    status = 200 if report["ok"] else 422
    return asked.page("imports_told.html", status=status, kind=report["of"], held=upload.held, **said)


def _page(asked: Asked, kind: str = "", wrong: str = "") -> Response:
    shown = sites_where(asked, Area.EXCHANGE)
    with asked.reading() as connection:
        there = closures_rows.sites_of(connection, shown)
    kinds = [(one, asked.t(f"imports.kind.{one}")) for one in BRINGS]
    writes = asked.viewer.may(Area.EXCHANGE, Verb.WRITE, COMMON)
    said = {"kinds": kinds, "sites": there, "whole": shown is None, "writes": writes, "kib": FILE_BYTES // 1024}
    return asked.page("imports.html", status=422 if wrong else 200, kind=kind, wrong=wrong, **said)
