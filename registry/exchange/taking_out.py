"""A kind of what the registry holds as a CSV file, for the API and for pages."""

from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from fastapi.responses import StreamingResponse

from registry.exchange import out as exchange_out
from registry.exchange.out import Reading
from registry.guard.authority import Sites
from registry.spreadsheets.cells import Dialect
from registry.spreadsheets.kinds import KINDS
from registry.spreadsheets.outgoing import export


def taken_out(reading: Reading, kind: str, site: str | None, form: Dialect, at_ms: int) -> StreamingResponse:
    """Everything of a kind, of one site or of all, in pages as it is read."""
    return _file(reading, kind, exchange_out.EXPORTS[kind](reading, site, at_ms), form)


def people_taken_out(reading: Reading, idents: Sequence[str], sites: Sites, at_ms: int) -> StreamingResponse:
    """Some people, by their lines at some sites and at none in particular."""
    return _file(reading, "people", exchange_out.people_of(reading, idents, sites, at_ms), Dialect.EXCEL)


def _file(reading: Reading, kind: str, entries: Iterator[Any], form: Dialect) -> StreamingResponse:
    with reading() as connection:
        zones = exchange_out.zones(connection)

    def zone_of(entry: object) -> ZoneInfo:
        return zones.of_sites.get(getattr(entry, "site", None) or "", zones.default)

    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{kind}.csv"'}
    return StreamingResponse(
        export(KINDS[kind], entries, form, zone_of), headers=headers, media_type="text/csv; charset=utf-8"
    )
