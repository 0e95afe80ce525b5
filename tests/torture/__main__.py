"""``scripts/torture``: real processes killed, frozen and cut off at random moments, and what must hold after each."""

import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from random import SystemRandom

import click

from tests.support.syscalls import why_no_program_is_recorded
from tests.torture.batches import CUTS, KILLS, Batch, run_batch

A_BATCH = {KILLS: 25, CUTS: 20}
SEEDS = 1_000_000
LONGEST_FOLDER = 70
"""The name of a socket has 107 bytes at most."""


@click.command("torture")
@click.option("--kills", type=click.IntRange(0), default=500, show_default=True, help="Kills and freezes of any part.")
@click.option("--cuts", type=click.IntRange(0), default=200, show_default=True, help="Power cuts of the gateway.")
@click.option("--seed", type=int, help="Whom to hurt, when and how; a new one each time where none is given.")
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), help="Write what was done to a JSON file.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False, exists=True), help="Work on this disk.")
def main(kills: int, cuts: int, seed: int | None, report: Path | None, folder: Path | None) -> None:
    """Hurt a whole site of real processes under load, and check after each hurt what must hold (docs/guarantees.md).

    SIGKILL and SIGSTOP of gateway, keeper, supervisor, broker and registry; and power cuts of the gateway, whose disk
    then holds what was synced and, of the rest, whatever chance leaves. One line a batch.

    Exits 0 where every guarantee held; 1 where one was broken, with the command that hurts the same parts again, or
    where so little happened that nothing was shown.
    """
    missing = why_no_program_is_recorded() if cuts else ""
    if missing:
        raise click.ClickException(f"{missing}; or give --cuts 0.")
    if folder is not None and len(str(folder.resolve())) > LONGEST_FOLDER:
        raise click.ClickException(f"{folder} is too long a name for the sockets below it; name a shorter --folder.")
    begin = SystemRandom().randrange(SEEDS) if seed is None else seed
    click.echo(f"seed {begin}")
    place = Path(tempfile.mkdtemp(prefix="hubout-", dir=folder))
    batches: list[Batch] = []
    for what, asked in ((KILLS, kills), (CUTS, cuts)):
        for number, count in enumerate(_sizes(asked, A_BATCH[what])):
            batches.append(run_batch(place / f"{what[0]}{number}", what, count, begin + number))
            click.echo(line(batches[-1], place / f"{what[0]}{number}"))
    if not any(batch.broken for batch in batches):
        place.rmdir()
    if report is not None:
        report.write_text(json.dumps(reported(begin, batches), indent=2) + "\n", encoding="utf-8")
    wrong = verdict(batches)
    click.echo(wrong or f"{total(batches, KILLS)} kills and {total(batches, CUTS)} power cuts: every guarantee held")
    sys.exit(1 if wrong else 0)


def _sizes(asked: int, batch: int) -> list[int]:
    return [min(batch, asked - begun) for begun in range(0, asked, batch)]


def total(batches: list[Batch], what: str) -> int:
    """How many hurts of a kind were done."""
    return sum(sum(batch.done.values()) for batch in batches if batch.what == what)


def line(batch: Batch, folder: Path) -> str:
    """A batch for people."""
    slow = ", ".join(f"{whose} {took_ms}" for whose, took_ms in sorted(batch.slowest_ms.items()))
    said = (
        f"seed {batch.seed}: {sum(batch.done.values())} {batch.what}, {batch.mid_lease} in mid-lease,"
        f" {batch.unsynced} with something unsynced; {batch.events} events, {batch.grants} grants,"
        f" {batch.openings} openings; secured within ms: {slow or 'none'}; {batch.took_s:.0f} s"
    )
    return f"{said}: BROKEN: {batch.broken}\n  all of it: {folder}\n  again: {batch.again}" if batch.broken else said


def reported(seed: int, batches: list[Batch]) -> dict[str, object]:
    """The whole run for programs."""
    slowest: dict[str, int] = {}
    for batch in batches:
        slowest |= {whose: max(ms, slowest.get(whose, 0)) for whose, ms in batch.slowest_ms.items()}
    return {
        "seed": seed,
        "ok": not verdict(batches),
        "kills": total(batches, KILLS),
        "cuts": total(batches, CUTS),
        "events": sum(batch.events for batch in batches),
        "grants": sum(batch.grants for batch in batches),
        "openings": sum(batch.openings for batch in batches),
        "slowest_ms": slowest,
        "broken": [batch.broken for batch in batches if batch.broken],
        "batches": [asdict(batch) | {"again": batch.again} for batch in batches],
    }


def verdict(batches: list[Batch]) -> str:
    """What is wrong with a run, "" where nothing is."""
    broken = [batch for batch in batches if batch.broken]
    if broken:
        return f"a guarantee was broken in {len(broken)} of {len(batches)} batches; the first again: {broken[0].again}"
    if batches and not all(batch.openings for batch in batches):
        return "in a batch no door opened, so that it showed nothing; is this machine too busy?"
    if total(batches, CUTS) >= A_BATCH[CUTS] and not any(batch.unsynced for batch in batches):
        return "no power cut met anything that was not synced, so that the cuts showed nothing"
    return ""


if __name__ == "__main__":
    main()
