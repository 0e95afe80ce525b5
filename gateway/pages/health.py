"""Whether the pages live, whether they have something true to show, and counts for a monitor: never a name."""

from ipaddress import ip_address

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from access.clock import SECOND_MS
from access.desk import DeskShown
from gateway.pages.live import Live
from gateway.pages.shape import Snapshot

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def routes(live: Live) -> APIRouter:
    """Open to all: ``/healthz`` and ``/readyz``. To this machine alone: ``/metrics``."""
    router, feed = APIRouter(), live.face.feed

    @router.get("/healthz")
    def healthz() -> JSONResponse:
        """The process lives."""
        return JSONResponse({"status": "ok", "gateway": "answers" if feed.silent_s is None else "silent"})

    @router.get("/readyz")
    def readyz() -> JSONResponse:
        """It has a fresh snapshot; 503 where not."""
        ready = feed.silent_s is None
        return JSONResponse({"status": "ready" if ready else "waiting"}, 200 if ready else 503)

    @router.get("/metrics")
    def metrics(request: Request) -> Response:
        """Prometheus text; 404 from any other machine."""
        if request.client is None or not is_loopback(request.client.host):
            return PlainTextResponse("not here", 404)
        own = [
            ("hubout_pages_streams", "", live.streams.running),
            ("hubout_pages_unreadable_total", "", feed.unreadable),
            ("hubout_gateway_silent_seconds", "", int(feed.silent_s or 0)),
        ]
        return PlainTextResponse(_text([*own, *_counts(feed.seen)]), media_type=METRICS_TYPE)

    return router


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _counts(seen: Snapshot | None) -> list[tuple[str, str, int]]:
    if seen is None:
        return []
    states = [desk["state"] for desk in seen["desks"]]
    return [
        *(("hubout_people_present", f'zone="{zone["id"]}"', zone["present"]) for zone in seen["zones"]),
        *(("hubout_desks", f'state="{state}"', states.count(state)) for state in DeskShown),
        *(("hubout_zone_full", f'zone="{zone["id"]}"', int(zone["full"])) for zone in seen["zones"]),
        ("hubout_visits", "", seen["total"]["visits"]),
        ("hubout_minors_alone", "", 0 if seen["minors"] is None else len(seen["minors"]["names"])),
        ("hubout_replica_age_seconds", "", seen["sources"]["replica_age_ms"] // SECOND_MS),
        ("hubout_clock_unsure_seconds", "", seen["sources"]["clock_unsure_ms"] // SECOND_MS),
        ("hubout_doors_open", "", sum(door["open"] is True for door in seen["doors"])),
        ("hubout_doors_alarmed", "", sum(door["held"] or door["forced"] for door in seen["doors"])),
        ("hubout_devices_to_look_at", "", len(seen["devices"])),
        ("hubout_events_to_send", "", seen["sources"]["waiting"]),
        *(("hubout_messages_refused_total", f'why="{why}"', n) for why, n in sorted(seen["refused"].items())),
    ]


def _text(samples: list[tuple[str, str, int]]) -> str:
    return "".join(f"{name}{f'{{{labels}}}' if labels else ''} {value}\n" for name, labels, value in samples)
