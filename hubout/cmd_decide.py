"""Judge requests by a replica file, with the very function that the door uses."""

import sys
from pathlib import Path

import click

from access.credential import KEY_BYTES
from devices.replica_file import BadReplicaFile, ReplicaFile, read_replica_file
from hubout.asking import BadRequest, Desk, printed
from hubout.pipes import LONGEST_LINE_BYTES, lines_as_they_come, until_nobody_reads

TOO_LONG = f"the line is longer than {LONGEST_LINE_BYTES} bytes; write one request a line"
MOST_KEY_BYTES = 4_096


class Replicated(click.ParamType[ReplicaFile]):
    """A replica file."""

    name = "file"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> ReplicaFile:
        """Read it."""
        path = Path(str(value))
        try:
            return read_replica_file(path.read_bytes())
        except OSError as error:
            self.fail(f"{path} cannot be read: {error.strerror}; `hubout replica` writes one.", param, ctx)
        except BadReplicaFile as error:
            self.fail(f"{path} cannot be used: {error}", param, ctx)


class Key(click.ParamType[bytes]):
    """A site's key for credentials."""

    name = "file"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> bytes:
        """Read it."""
        path = Path(str(value))
        try:
            with path.open("rb") as file:
                key = bytes.fromhex(file.read(MOST_KEY_BYTES).decode("ascii").strip())
        except OSError as error:
            self.fail(f"{path} cannot be read: {error.strerror}; name the site's credential key.", param, ctx)
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES:
            self.fail(f"{path} is not {2 * KEY_BYTES} hex digits; name the site's credential key.", param, ctx)
        return key


@click.command("decide")
@click.option("--replica", "file", type=Replicated(), required=True, help="What to judge by: `hubout replica`'s file.")
@click.option(
    "--key",
    type=Key(),
    help="The site's credential key; a credential is then a UID and a PIN its digits, else their hashes in hex.",
)
@click.option("--json", is_flag=True, expose_value=False, help="Implied: answers are JSON, one a line.")
@click.pass_context
def command(ctx: click.Context, file: ReplicaFile, key: bytes | None) -> None:
    """Judge requests, one a line of standard input, by the very function that the door uses.

    A request is a JSON object: at (ISO 8601 with offset, or local time of the site, or Unix milliseconds), door,
    credential; and where it is not the default: pin (digits with --key, else its hash), age (fresh, stale or unproved),
    repeated, lockdown, fire, evacuation, free_passage, inside (false), staff_present, staff_came (true), headcount,
    replica_age_ms, clock_unsure_ms (0), pin_blocked_until_ms, released (ids of bookings), denied (records such as
    badge/ID). Each gives one line: granted, reason, rule, until, until_ms, booking, person, badge, warned, and remedy
    where there is one. A line that is no request gives its error, and the rest goes on.

    Exit code 0 where every line could be judged, 1 where one could not.

    Example: echo '{"at":"2026-06-01T09:00","door":"front","credential":"04A1B2C3D4E580"}' | hubout decide --replica
    replica.json --key credential.key
    """
    desk, errors = Desk(file, key), 0
    with until_nobody_reads():
        for lines in lines_as_they_come(sys.stdin.buffer):  # type: ignore[arg-type]
            answers = [_answer(desk, line) for line in lines]
            errors += sum("error" in answer for answer in answers)
            sys.stdout.writelines(printed(answer) + "\n" for answer in answers)
            sys.stdout.flush()
    ctx.exit(1 if errors else 0)


def _answer(desk: Desk, line: bytes | None) -> dict[str, object]:
    try:
        return {"error": TOO_LONG} if line is None else desk.answer(line)
    except BadRequest as error:
        return {"error": str(error)}
