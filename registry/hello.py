"""A gateway's greeting: where the registry stands in its log, or that the two histories differ."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select, update

from registry import tables as t
from registry.ingest import Branch, Fork, alarmed, head_at, open_branch, raise_alarm


@dataclass(frozen=True, slots=True)
class Hello:
    """Who greets, and where its log ends: the last number and that row's hash."""

    site: str
    epoch: int
    seq: int
    head: bytes
    run: str
    software: str


@dataclass(frozen=True, slots=True)
class Resume:
    """The registry holds everything up to ``seq``, whose hash is ``head``."""

    seq: int
    head: bytes


def greet(connection: Connection, hello: Hello, at_ms: int) -> Resume | Fork:
    """Answer a greeting that came at ``at_ms``. A fork, a log behind ours and a new epoch are alarms (S6)."""
    newest = connection.execute(select(func.max(t.branch.c.epoch)).where(t.branch.c.site == hello.site)).scalar()
    branch = open_branch(connection, hello.site, hello.epoch, at_ms)
    known = head_at(connection, branch, hello.seq)
    if known is not None and known != hello.head:
        alarmed(connection, branch, Fork(hello.seq), at_ms)
        return Fork(hello.seq)
    _note(connection, hello, branch, newest, at_ms)
    return Resume(branch.seq, branch.head)


def _note(connection: Connection, hello: Hello, branch: Branch, newest: int | None, at_ms: int) -> None:
    here = (t.branch.c.site == hello.site) & (t.branch.c.epoch == hello.epoch)
    values = {"run": hello.run, "software": hello.software, "seen_ms": at_ms}
    connection.execute(update(t.branch).where(here).values(**values))
    site, epoch = hello.site, hello.epoch
    if hello.seq < branch.seq:
        what = "the gateway's log is behind what it sent before"
        raise_alarm(connection, site, "behind", epoch, hello.seq, what, at_ms)
    if newest is not None and newest != epoch:
        raise_alarm(connection, site, "epoch", epoch, 0, "the site has another branch of its log", at_ms)
