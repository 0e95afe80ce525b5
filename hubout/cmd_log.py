"""Check, export, explain and judge again what a site's gateway has logged."""

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from access.facts import Judged
from access.log import read_header
from devices.sitefile import SiteFileError, read_site_file
from gateway.database import StoreBroken
from gateway.log.explaining import explained, why
from gateway.log.logbook import LogBroken, Progress, exported, judged_in, one, replayed, verified, walked
from gateway.log.reader import Reader
from gateway.log.witness import Noted, NoWitness, compared, noted_by

LOG_FILE = "log.db"
UTC = "UTC"
EVENT = re.compile(r"(\d{1,9})-(\d{1,18})")


@dataclass(frozen=True, slots=True)
class Book:
    """A log file and the time zone of its site, where it is known."""

    path: Path
    zone: ZoneInfo


class LogFile(click.ParamType[Book]):
    """A gateway's log: its file, the folder it lies in, or the site file that names that folder."""

    name = "log"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Book:
        """Find the log."""
        path, zone = Path(str(value)), ZoneInfo(UTC)
        if path.suffix == ".toml":
            try:
                site = read_site_file(path)
            except (SiteFileError, OSError) as error:
                self.fail(str(error).split("\n", 1)[0], param, ctx)
            path, zone = site.storage.directory, ZoneInfo(site.site.timezone)
        path = path / LOG_FILE if path.is_dir() else path
        if not path.is_file():
            self.fail(f"there is no log {path}; name a gateway's log.db, its folder or its site.toml.", param, ctx)
        return Book(path, zone)


class EventId(click.ParamType[tuple[int, int]]):
    """An event's id: epoch and number."""

    name = "event"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Read it."""
        found = EVENT.fullmatch(str(value))
        if found is None:
            self.fail(f"{value!r} is no event: write epoch and number, like 1-42.", param, ctx)
        return int(found[1]), int(found[2])


log_file = click.argument("log", type=LogFile())
json_switch = click.option("--json", "as_json", is_flag=True, help="JSON instead of words.")


@click.group("log", no_args_is_help=True)
def command() -> None:
    """Check, export, explain and judge again what a site's gateway has logged.

    LOG is a gateway's log.db, the folder it lies in, or its site.toml. It is only read, and may be in use.

    Example: hubout log verify /var/lib/hubout/log.db
    """


@command.command("verify")
@log_file
@json_switch
@click.option(
    "--witness",
    "witnesses",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    help="Compare with what this file notes of LOG: another site's log.db, or what the registry answers to"
    " GET /api/v1/sites/SITE/branches.",
)
@click.pass_context
def verify_command(ctx: click.Context, log: Book, witnesses: tuple[Path, ...], *, as_json: bool) -> None:
    """Check the whole chain of LOG, and name the first row that was changed; and what is not there any more.

    Exit code 0 where it holds, 1 where it does not. Rows taken off its end, and a log that was written anew, show only
    against a witness.

    Example: hubout log verify /var/lib/hubout/log.db --witness other-site/log.db
    """
    with _reading(log.path, as_json) as (reader, progress):
        found = verified(log.path, reader, progress)
        beside = {path: compared(log.path, reader, found, _noted(path, reader.extent().site)) for path in witnesses}
    heads = {epoch: {"seq": seq, "hash": head.hex()} for epoch, (seq, head) in found.heads.items()}
    if as_json:
        gone = [{"first": hole.gap.first, "last": hole.gap.last, "why": hole.why} for hole in found.holes]
        fields = {"ok": True, "rows": found.rows, "erased": found.erased, "branches": heads, "gaps": gone}
        if beside:
            fields["witnesses"] = {str(path): asdict(one) for path, one in beside.items()}
        click.echo(json.dumps(fields))
        ctx.exit(0)
    click.echo(f"{log.path} holds: {found.rows} events, {found.erased} of them erased")
    for hole in found.holes:
        click.echo(f"events {hole.gap.first} to {hole.gap.last} are not here: {hole.why}")
    for epoch, head in heads.items():
        click.echo(f"epoch {epoch} ends at event {epoch}-{head['seq']}, hash {head['hash']}")
    for path, said in beside.items():
        agrees = f"agrees at {said.same} events, the last {said.last}" if said.same else "has nothing to compare"
        rest = f"{said.gone} that it noted are not here any more, {said.elsewhere} are of a branch that this log left"
        click.echo(f"the witness {path} {agrees}; {rest}")


def _noted(path: Path, site: str) -> list[Noted]:
    try:
        return noted_by(path, site)
    except (NoWitness, OSError) as error:
        raise click.ClickException(f"{error}.") from error


@command.command("export")
@log_file
def export_command(log: Book) -> None:
    """Write every event of LOG as a line of JSON: epoch, seq, header, hash, body (null where erased). Where events are
    no more, a line says so: gap, with first, last and head, the hash that the next one follows.

    The SHA-256 of the header's text is the hash. Salts are not exported, so that erasing a body erases it. Exit code
    1 at the first row that does not verify.

    Example: hubout log export /var/lib/hubout/log.db > events.jsonl
    """
    with _reading(log.path, as_json=False) as (reader, progress):
        try:
            for row in walked(log.path, reader, progress):
                sys.stdout.write(exported(row) + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            # Whoever read has seen enough; what is left must not be written when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@command.command("explain")
@click.argument("event", type=EventId())
@log_file
@json_switch
def explain_command(event: tuple[int, int], log: Book, *, as_json: bool) -> None:
    """Say why the verdict EVENT of LOG was what it was, from the facts it was judged on.

    Times are the site's where LOG is a site file, else UTC.

    Example: hubout log explain 1-42 site.toml
    """
    with _reading(log.path, as_json) as (reader, _):
        row = one(log.path, reader, *event)
    name = f"{event[0]}-{event[1]}"
    if row is None:
        raise click.UsageError(f"{log.path} has no event {name}; `hubout log verify` says where it ends.")
    header = read_header(row.header)
    fact = None if row.body is None else judged_in(header, row.body)
    if fact is not None:
        said = explained(name, header.at, fact, log.zone)
        click.echo(_verdict(name, header.at, fact, log.zone) if as_json else "\n".join(said))
        return
    body = "purged" if row.body is None else row.body.decode("utf-8", "replace")
    fields = {"event": name, "at_ms": header.at, "kind": header.kind, "body": body}
    sentence = f"Event {name} is no verdict but of the kind {header.kind}: {body}"
    purged = f"Event {name} ({header.kind}) was purged: what it said of anybody is erased."
    click.echo(json.dumps(fields) if as_json else purged if row.body is None else sentence)


def _verdict(name: str, at_ms: int, fact: Judged, zone: ZoneInfo) -> str:
    members = asdict(fact) | {"event": name, "at_ms": at_ms, "kind": Judged.KIND, "why": why(fact, zone)}
    return json.dumps(members, ensure_ascii=False)


@command.command("replay")
@log_file
@json_switch
@click.pass_context
def replay_command(ctx: click.Context, log: Book, *, as_json: bool) -> None:
    """Judge every verdict of LOG again on the facts it was judged on, and compare.

    Exit code 0 where all are the same, 1 where one differs or the chain is broken. Erased ones are counted as purged.

    Example: hubout log replay --json /var/lib/hubout/log.db
    """
    with _reading(log.path, as_json) as (reader, progress):
        found = replayed(log.path, reader, progress)
    if as_json:
        click.echo(json.dumps({"ok": not found.differ} | asdict(found), ensure_ascii=False))
    else:
        for differs in found.differences:
            click.echo(f"event {differs.event}: was {differs.was or 'unreadable'}; now {differs.now}")
        counts = f"{found.verdicts} verdicts: {found.same} the same, {found.differ} different"
        click.echo(f"{counts}, {found.purged} purged, {found.without_case} without a case")
    ctx.exit(1 if found.differ else 0)


@contextmanager
def _reading(path: Path, as_json: bool) -> Iterator[tuple[Reader, Progress]]:
    """A reader of the log and somebody to tell how far it came; what is broken ends the command with exit code 1."""
    try:
        reader = Reader.open(path)
        try:
            with _telling(reader.count()) as progress:
                yield reader, progress
        finally:
            reader.close()
    except (LogBroken, StoreBroken) as error:
        event = f"{error.broken.epoch}-{error.broken.seq}" if isinstance(error, LogBroken) else None
        if as_json:
            click.echo(json.dumps({"ok": False, "event": event, "what": str(error)}))
            click.get_current_context().exit(1)
        raise click.ClickException(str(error)) from error


@contextmanager
def _telling(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, where that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _count: None
        return
    with click.progressbar(length=total, label="reading", file=sys.stderr) as bar:
        yield bar.update
