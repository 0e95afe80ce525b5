"""What each role may: the one table for the API and for the pages.

A letter is what a role may in an area, with the objects of the sites
where it is held:

``r`` reads them, ``w`` reads and writes them, ``R`` and ``W`` the same at every site, wherever the role is held;
``o`` reads and ``c`` reads and writes what is one's own, or one's team's, at whichever site.

What is common to all sites (a programme) is read by whoever reads at any site, and written by whoever writes at all.
A token of the API does no more than its holder may, within its own scopes and sites.
"""

from enum import StrEnum


class Role(StrEnum):
    """What somebody is; ``participant`` is everybody who is known as a person, at the sites that admit them."""

    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"
    OPERATOR = "operator"
    TRAINER = "trainer"
    MENTOR = "mentor"
    ANGEL = "angel"
    AUDITOR = "auditor"
    PARTNER = "partner"
    PARTICIPANT = "participant"


class Area(StrEnum):
    """What an object is about."""

    PEOPLE = "people"
    DATA = "data"
    RIGHTS = "rights"
    ROLES = "roles"
    BADGES = "badges"
    BOOKINGS = "bookings"
    AVAILABILITY = "availability"
    RESOURCES = "resources"
    CLOSURES = "closures"
    SITES = "sites"
    LAYOUTS = "layouts"
    GATEWAYS = "gateways"
    LOG = "log"
    LIVE = "live"
    PRESENCE = "presence"
    LOOKS = "looks"
    DECISIONS = "decisions"
    PROGRAMMES = "programmes"
    COHORTS = "cohorts"
    SESSIONS = "sessions"
    ATTENDANCE = "attendance"
    SERVICE = "service"
    FEEDS = "feeds"
    EXCHANGE = "exchange"
    ACCOUNTS = "accounts"
    TOKENS = "tokens"
    AUDIT = "audit"
    RETENTION = "retention"
    AGGREGATES = "aggregates"
    CENTRE = "centre"


class Verb(StrEnum):
    """What is done with an object."""

    READ = "read"
    WRITE = "write"


TABLE = """
area          administrator  coordinator  operator  trainer  mentor  angel  auditor  partner  participant
people        w              w            w         -        -       -      -        -        o
data          w              w            w         -        -       -      -        -        c
rights        w              w            w         -        -       -      -        -        o
roles         w              w            w         -        -       -      r        -        o
badges        w              w            w         -        -       -      -        -        o
bookings      w              w            w         -        -       -      -        -        c
availability  w              w            w         r        r       r      -        -        r
resources     w              w            w         r        r       r      r        -        r
closures      w              w            w         r        r       r      r        -        r
sites         w              w            w         r        r       r      r        -        r
layouts       w              w            w         -        -       -      r        -        -
gateways      w              r            r         -        -       -      r        -        -
log           w              w            w         -        -       -      r        -        -
live          w              w            w         -        -       -      -        -        -
presence      w              w            w         -        -       -      -        -        o
looks         w              r            r         -        -       -      r        -        o
decisions     w              w            w         -        -       -      -        -        o
programmes    W              W            r         r        r       r      r        -        r
cohorts       w              w            w         r        r       -      -        -        o
sessions      w              w            w         rc       rc      -      -        -        o
attendance    w              w            w         c        c       -      -        -        o
service       w              w            w         -        -       c      -        -        o
feeds         w              w            w         -        -       -      -        -        c
exchange      w              w            w         -        -       -      -        -        -
accounts      w              w            w         -        -       -      r        -        c
tokens        w              c            c         c        c       c      rc       c        c
audit         w              r            r         -        -       -      r        -        -
retention     w              r            r         -        -       -      r        -        -
aggregates    w              W            R         -        -       -      R        R        -
centre        w              -            -         -        -       -      r        -        -
"""


def _read(table: str) -> dict[Area, dict[Role, str]]:
    head, *lines = (line.split() for line in table.strip().splitlines())
    roles = [Role(name) for name in head[1:]]
    return {Area(line[0]): dict(zip(roles, line[1:], strict=True)) for line in lines}


CELLS = _read(TABLE)
"""The table, by area and role."""
