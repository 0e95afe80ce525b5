"""Erasing what the sites' logs say of people who were erased; the chain stays whole (guarantees P5, S4).

Each purge looks through the rows that came since the last one: a gateway that was offline still tells of somebody whom
the registry has forgotten. A mark of no period says how far each branch was looked through; whoever is erased sets all
of them back. As with the purge, the newest checkpoint of a site stays until the next one comes. Sites are told whom to
look for in their own logs; names are looked for by a digest alone (``access.forgotten``).
"""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Connection, bindparam, delete, insert, select, update

from access.clock import DAY_MS
from access.forgotten import MOST_FORGOTTEN, Forgotten, Whom, forgotten
from access.retention import PERIODS_OF_LOGS
from registry import identity
from registry.prepared import Prepared
from registry.retention import logs
from registry.tables import core as t
from registry.tables.retention import erased, purged

NO_PERIOD = 0
SALT_BYTES = 16
KEPT_MS = PERIODS_OF_LOGS[-1] + 30 * DAY_MS
"""For so long a gateway may still tell of somebody; then their id goes as well."""
_e = t.event.c
_ROWS = (
    select(_e.seq, _e.kind, _e.body)
    .where(_e.site == bindparam("site"), _e.epoch == bindparam("epoch"), _e.seq > bindparam("after", type_=BigInteger))
    .order_by(_e.seq)
    .limit(logs.PAGE)
)
_ERASED = select(erased.c.id, erased.c.salt, erased.c.words, erased.c.digest).order_by(
    erased.c.at_ms.desc(), erased.c.id
)
_TOLD = Prepared(_ERASED.limit(MOST_FORGOTTEN))
"""Every greeting asks for it."""
_SAID = (t.visit.c.host != "") | (t.visit.c.purpose != "") | (t.visit.c.ended_by != "")


def begin(connection: Connection, ident: str, name: str, at_ms: int) -> None:
    """From now on nothing that names this person stays: all branches are looked through anew. All share one salt, so
    that a text is hashed once for all of them.
    """
    connection.execute(delete(purged).where(purged.c.period_ms == NO_PERIOD))
    salt = connection.execute(select(erased.c.salt).where(erased.c.salt != "").limit(1)).scalar()
    one = forgotten(ident, name, salt or identity.new_salt(SALT_BYTES).hex())
    said = {"salt": one.salt, "words": one.words, "digest": one.digest}
    connection.execute(insert(erased).values(id=one.id, at_ms=at_ms, cleaned=False, **said))


def whom(connection: Connection, at_ms: int) -> Sequence[Forgotten]:
    """Those who are still looked for; whose time is over is forgotten."""
    connection.execute(delete(erased).where(erased.c.at_ms < at_ms - KEPT_MS))
    return [Forgotten(*row) for row in connection.execute(_ERASED)]


def told(connection: Connection) -> Sequence[Forgotten]:
    """Those whom sites are told, erased last first."""
    return [Forgotten(*row) for row in _TOLD.on(connection, {})]


def unclean(connection: Connection) -> Sequence[str]:
    """The ids of those of whom something may be left in the database's files."""
    return connection.execute(select(erased.c.id).where(erased.c.cleaned.is_(False))).scalars().all()


def cleaned(connection: Connection, idents: Sequence[str]) -> None:
    """Nothing of these people is left there."""
    if idents:
        connection.execute(update(erased).where(erased.c.id.in_(idents)).values(cleaned=True))


def visits(connection: Connection, people: Whom) -> int:
    """Leave of the visits that name any of these people their times alone; of how many."""
    v = t.visit.c
    found = connection.execute(select(v.site, v.id, v.host, v.purpose, v.ended_by).where(_SAID)).all()
    those = [(row.site, row.id) for row in found if any(people.in_text(one) for one in row[2:])]
    for site, ident in those:
        emptied = update(t.visit).where(v.site == site, v.id == ident)
        connection.execute(emptied.values(host="", purpose="", ended_by=""))
    return len(those)


def places(connection: Connection) -> list[logs.Place]:
    """Where to go on in each branch."""
    return logs.places_of(connection, (NO_PERIOD,))


def step(connection: Connection, place: logs.Place, people: Whom) -> tuple[logs.Place | None, int]:
    """Erase of the next rows what names any of these people. Where to go on (None: there is no more), and how many
    bodies went.
    """
    rows = connection.execute(_ROWS, {"site": place.site, "epoch": place.epoch, "after": place.seq}).all()
    if not rows:
        return None, 0
    found = [row.seq for row in rows if people.named(row.kind, None if row.body is None else bytes(row.body))]
    gone = [seq for seq in found if seq != place.kept]
    logs.erase(connection, place, gone)
    upto: int = rows[-1].seq
    looked = place.kept - 1 if place.stuck or place.kept in found else upto
    logs.mark(connection, place, looked)
    after = logs.Place(place.site, place.epoch, NO_PERIOD, upto, place.kept, place.stuck or place.kept in found)
    return after if len(rows) == logs.PAGE else None, len(gone)
