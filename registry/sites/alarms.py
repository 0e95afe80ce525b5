"""Alarms about places in sites' logs, for staff: each once."""

from sqlalchemy import Connection, text


def raise_alarm(connection: Connection, site: str, kind: str, epoch: int, seq: int, what: str, at_ms: int) -> None:
    """Keep an alarm about a place in a site's log, once."""
    values = {"site": site, "kind": kind, "epoch": epoch, "seq": seq, "what": what, "at": at_ms}
    connection.execute(_NEW_ALARM, values)


_NEW_ALARM = text(
    "INSERT INTO alarm (site, kind, epoch, seq, at_ms, what) VALUES (:site, :kind, :epoch, :seq, :at, :what)"
    " ON CONFLICT (site, kind, epoch, seq) DO NOTHING"
)
