"""What this process served: a structured log line for each answer, without personal data, and Prometheus counters."""

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from registry.accounts.tokens import Caller, Gateway
from registry.tables import core as t

log = logging.getLogger("hubout.registry")


def _route(scope: Scope) -> str:
    """The address as its route writes it: ids stay out of logs and labels."""
    return str(getattr(scope.get("route"), "path", "none"))


def _who(scope: Scope) -> str:
    match scope.get("state", {}).get("principal"):
        case Gateway(site):
            return f"gateway {site}"
        case Caller(ident):
            return f"token {ident}"
        case _:
            return "nobody"


@dataclass(slots=True)
class Served:
    """Counts of answers and their seconds, by route, method and status."""

    answers: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    seconds: Counter[tuple[str, str, int]] = field(default_factory=Counter)

    def note(self, scope: Scope, status: int, took_s: float) -> None:
        """Count one answer and write its line."""
        method = scope["method"] if scope["method"] in _METHODS else "other"
        key = (_route(scope), method, status)
        self.answers[key] += 1
        self.seconds[key] += took_s  # type: ignore[assignment]  # A Counter adds fractions as well.
        line = {"route": key[0], "method": key[1], "status": status, "ms": round(took_s * 1_000, 1), "by": _who(scope)}
        log.info(json.dumps(line))

    async def watch(
        self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, mono_s: Callable[[], float]
    ) -> None:
        """Have one request answered, and note it: its status, 500 where there was none, and how long it took."""
        began_s, status = mono_s(), 500

        async def heard(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await app(scope, receive, heard)
        finally:
            self.note(scope, status, mono_s() - began_s)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})


def _sample(name: str, labels: Mapping[str, object], value: float) -> str:
    inside = ",".join(f'{key}="{val}"' for key, val in labels.items())
    return f"{name}{{{inside}}} {value:g}" if inside else f"{name} {value:g}"


def _family(name: str, kind: str, what: str, samples: Iterable[tuple[Mapping[str, object], float]]) -> list[str]:
    lines = [f"# HELP {name} {what}", f"# TYPE {name} {kind}"]
    return lines + [_sample(name, labels, value) for labels, value in samples]


def exposition(connection: Connection, served: Served) -> str:
    """The metrics as Prometheus reads them (text format 0.0.4)."""
    lines = [
        *_family("hubout_http_requests_total", "counter", "Answers of this process.", _by_route(served.answers)),
        *_family("hubout_http_seconds_total", "counter", "Seconds spent on answers.", _by_route(served.seconds)),
    ]
    for name, kind, what, column in _OF_SITES:
        found = select(t.branch.c.site, column).group_by(t.branch.c.site).order_by(t.branch.c.site)
        rows = connection.execute(found)
        lines += _family(name, kind, what, [({"site": site}, value) for site, value in rows])
    alarms = connection.execute(select(t.alarm.c.site, func.count()).group_by(t.alarm.c.site))
    lines += _family("hubout_alarms", "gauge", "Alarms kept of a site's log.", [({"site": s}, n) for s, n in alarms])
    return "\n".join(lines) + "\n"


def _by_route(counts: Counter[tuple[str, str, int]]) -> Iterable[tuple[Mapping[str, object], float]]:
    for (route, method, status), value in sorted(counts.items()):
        yield {"route": route, "method": method, "status": status}, value


_OF_SITES: tuple[tuple[str, str, str, Any], ...] = (
    ("hubout_events_total", "counter", "Rows held of a site's log.", func.sum(t.branch.c.seq)),
    ("hubout_poison_events_total", "counter", "Rows whose fact could not be read.", func.sum(t.branch.c.poisoned)),
    ("hubout_site_seen_ms", "gauge", "When a site's gateway last spoke, Unix ms.", func.max(t.branch.c.seen_ms)),
)
