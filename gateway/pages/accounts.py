"""Staff's own accounts at the site's pages: as the registry told the site, with the registry and the internet gone.

They are read from the link's database when somebody signs in, and again while they are, by the pages' own process:
neither the gateway's loop nor its feed ever holds a password's hash. A session ends as soon as its account is none any
more, or has another password. Where the replica is older than doors trust staff by, or nobody can say what
time it is, none counts, and the site's code is left.
"""

import json
import logging
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from sqlalchemy import bindparam, select

from access.codec import BadBody, record_from_json
from access.staff import Staff
from gateway.database import StoreBroken, compiled, connect_reading, driver_of, speaking_of
from gateway.link.records import sealed
from gateway.link.tables import RecordRow
from gateway.log.tables import table_of
from gateway.pages.shape import Snapshot
from pages import passwords

NAME_CHARACTERS = 60
LOG = logging.getLogger(__name__)
_record = table_of(RecordRow)
_READ = compiled(select(_record.c.id, _record.c.record, _record.c.crc).where(_record.c.kind == bindparam("k")))


def staff_in(path: Path) -> list[Staff]:
    """The accounts that a link's database holds; none of what is damaged. Raises StoreBroken."""
    if not path.is_file():
        return []
    with speaking_of(path):
        connection = connect_reading(path)
        try:
            rows = driver_of(connection).execute(_READ, ("staff",)).fetchall()
        finally:
            connection.close()
    whole = [(ident, record) for ident, record, crc in rows if sealed("staff", ident, record) == crc]
    found = [_made(ident, record) for ident, record in whole]
    return [one for one in found if one is not None]


def _made(ident: str, record: str) -> Staff | None:
    try:
        made = record_from_json("staff", json.dumps({**json.loads(record), "id": ident}))
    except (BadBody, ValueError, TypeError):
        return None
    return made if isinstance(made, Staff) else None


@dataclass(frozen=True, slots=True)
class Moment:
    """When a site's pages are asked: its last snapshot, how long ago it came, and up to which age of the replica the
    site's doors admit staff by it.
    """

    seen: Snapshot | None
    late_ms: int
    trusted_ms: int


def signed_in(path: Path, login: str, guess: str, moment: Moment) -> Staff | None:
    """Whose login and password these are, of the staff in force; as much work where it is nobody's."""
    try:
        known = staff_in(path)
    except StoreBroken:
        known = []
    folded = passwords.folded_login(login)
    one = next((one for one in known if one.login == folded and _counts(one, moment)), None)
    return one if passwords.matches(None if one is None else one.password, guess) else None


def _counts(one: Staff, moment: Moment) -> bool:
    seen = moment.seen
    if seen is None or seen["sources"]["replica_age_ms"] + moment.late_ms > moment.trusted_ms:
        return False
    return one.until_ms is None or seen["at_ms"] + moment.late_ms < one.until_ms


def proof(one: Staff) -> str:
    """What a session keeps of the account that it was begun by: the same as long as login and password are."""
    return sha256(f"{one.id}\0{one.login}\0{one.password}".encode()).hexdigest()


@dataclass(slots=True)
class Standing:
    """Which accounts stand, as the link's database at ``path`` has them: read again at each snapshot of the gateway's
    (``version``), for what the registry told it is written by then, or by the next.
    """

    path: Path
    _version: int = -1
    _known: dict[str, Staff] = field(default_factory=dict)

    def stands(self, shown: str, moment: Moment, version: int) -> bool:
        """Whether the account of a proof still counts. What cannot be read now stands as it was read last."""
        if version != self._version:
            try:
                self._known = {proof(one): one for one in staff_in(self.path)}
            except StoreBroken:
                LOG.warning("the accounts of staff cannot be read now; those who are signed in stay so")
            self._version = version
        one = self._known.get(shown)
        return one is not None and _counts(one, moment)

    def holder(self, shown: str) -> Staff | None:
        """Whose account a proof is of, as it was read last."""
        return self._known.get(shown)


def author(one: Staff) -> str:
    """How somebody who signed in by their account stands in the log: with their login, which no code gives. Where it is
    too long for the log the name is cut first.
    """
    login = f" ({one.login[: NAME_CHARACTERS - 3]})"
    return (one.name[: NAME_CHARACTERS - len(login)] + login).strip()
