"""A kind of what the registry holds as a CSV file, for the API and for pages."""

from zoneinfo import ZoneInfo

from fastapi.responses import StreamingResponse

from registry import exchange_out
from registry.csv_cells import Dialect
from registry.csv_kinds import KINDS
from registry.csv_out import export
from registry.exchange_out import Reading


def taken_out(reading: Reading, kind: str, site: str | None, form: Dialect, at_ms: int) -> StreamingResponse:
    """Everything of a kind, of one site or of all, in pages as it is read."""
    with reading() as connection:
        zones = exchange_out.zones(connection)
    entries = exchange_out.EXPORTS[kind](reading, site, at_ms)

    def zone_of(entry: object) -> ZoneInfo:
        return zones.of_sites.get(getattr(entry, "site", None) or "", zones.default)

    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{kind}.csv"'}
    return StreamingResponse(
        export(KINDS[kind], entries, form, zone_of), headers=headers, media_type="text/csv; charset=utf-8"
    )
