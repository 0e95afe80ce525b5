"""Two sites with one of every kind of object for each of three: whoever asks, another person of their site, and one of
the other site; for the matrix of who may what.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, insert, update

from access.clock import DAY_MS
from access.facts import Started
from registry import identity
from registry.accounts import token_rows
from registry.accounts.token_rows import ALL, Terms
from registry.people.people import Profile
from registry.tables import core as t
from registry.tables.accounts import account
from registry.tables.tokens import api_token
from tests.support.access_forgotten import forgotten
from tests.support.access_rows import asked_for, called, reported
from tests.support.centres import HOUR_MS, NINE_MS, Centre
from tests.support.log_rows import greeting, rows_of, sent

MINE, HERE, THERE = "mine", "here", "there"
OWNERS = (MINE, HERE, THERE)
SITES = {MINE: "cinisello", HERE: "cinisello", THERE: "matera"}
PEOPLE = {MINE: "me", HERE: "anna", THERE: "bea"}
COHORTS = {MINE: "ci", HERE: "ci", THERE: "mt"}
TEAMS = {MINE: "ci-mine", HERE: "ci-other", THERE: "mt-team"}
LATER_MS = NINE_MS + 3 * DAY_MS
_LAYOUT = {
    "timezone": "Europe/Rome",
    "zones": [{"id": "hall", "capacity": 40}],
    "doors": [{"id": "front", "zone": "hall"}],
}
Make = Callable[[str], str]


@dataclass(slots=True)
class World:
    """The registry, the token of whoever asks, and the objects by kind and owner, each made when it is asked for."""

    centre: Centre
    token: str = ""
    made: dict[tuple[str, str], str] = field(default_factory=dict)
    hour: int = 0

    def build(self) -> None:
        """Make the sites, what is common to them, the people, and the account of whoever asks."""
        centre = self.centre
        for site in ("cinisello", "matera", "roma"):
            centre.add_site(site)
            centre.ask("PUT", f"/sites/{site}/layout", _LAYOUT, If_Match='"0"')
            for weekday in range(7):
                centre.made(f"/sites/{site}/openings", {"weekday": weekday, "from_minute": 0, "to_minute": 1_440})
            rows = rows_of(Started("1"), site=site)
            assert centre.as_gateway(site, "POST", "/hello", greeting([], site)).status_code == 200
            assert centre.as_gateway(site, "POST", "/events", sent(rows, site)).status_code == 200
        zones = {site: ["hall"] for site in ("cinisello", "matera")}
        centre.made("/programmes", {"id": "senior", "name": "Senior", "zones": zones})
        for cohort, site in (("ci", "cinisello"), ("mt", "matera")):
            centre.made("/cohorts", {"id": cohort, "programme": "senior", "site": site, "name": cohort})
        for owner in OWNERS:
            self._person(owner)
        self._account()
        reported(self.centre)

    def _person(self, owner: str) -> None:
        who, site, at_ms = PEOPLE[owner], SITES[owner], NINE_MS - DAY_MS
        self.centre.registry.add_person(Profile(who.title()), who)
        self.centre.ask("PUT", f"/sites/{site}/rights/{who}", {"zones": ["hall"]})
        enrolment = self.centre.made("/enrolments", {"person": who, "cohort": COHORTS[owner], "from_ms": at_ms})
        self.made["enrolment", owner] = enrolment["id"]
        self._team(owner)
        self._quota(who)
        self.centre.ask("PUT", f"/people/{who}/service-target", {"minutes": 600})

    def _team(self, owner: str) -> None:
        self.object("enrolment", owner)
        self.centre.made("/teams", {"id": TEAMS[owner], "cohort": COHORTS[owner], "name": "Team"})
        body = {"person": PEOPLE[owner], "from_ms": NINE_MS - DAY_MS, "until_ms": NINE_MS + DAY_MS}
        self.centre.made(f"/teams/{TEAMS[owner]}/members", body)

    def _quota(self, who: str) -> None:
        self.centre.ask("PUT", f"/people/{who}/quota", {"day_count": 100}, If_Match='"0"')

    def _account(self) -> None:
        values: dict[str, object] = {"id": "mine", "person": "me", "login": "me", "name": "Me", "created_ms": 0}
        values |= {"password": None, "totp": None, "totp_on": False, "totp_step": None, "must_change": False}
        self.token = identity.new_token()
        with self.centre.registry.database.write() as connection:
            connection.execute(insert(account).values(**values, administrator=False, active=True, revision=1))
            terms = Terms("mine", frozenset({ALL}), "mine")
            token_rows.add(connection, "asking", self.token, terms, "mine", NINE_MS)

    def become(self, role: str) -> None:
        """Let whoever asks hold this role alone, at their site."""
        with self.centre.registry.database.write() as connection:
            connection.execute(delete(t.role).where(t.role.c.id == "held"))
            connection.execute(update(account).values(administrator=role == "administrator"))
            if role not in {"administrator", "participant"}:
                row = {"id": "held", "person": "me", "role": role, "site": "cinisello", "zones": "", "from_ms": 0}
                connection.execute(insert(t.role).values(**row, until_ms=None, revision=1))

    def object(self, kind: str, owner: str) -> str:
        """The id of an owner's object of a kind."""
        fixed = {"site": SITES, "person": PEOPLE, "cohort": COHORTS, "team": TEAMS}
        if kind in fixed:
            return fixed[kind][owner]
        if (kind, owner) not in self.made:
            self.made[kind, owner] = self._made(kind, owner)
        return self.made[kind, owner]

    def gone(self, kind: str, owner: str) -> None:
        """An object is no more; the next who asks for it is given another."""
        self.made.pop((kind, owner), None)
        if kind == "session":
            self.made.pop(("register", owner), None)

    def revive(self, path: str, owner: str) -> None:
        """Make anew what is there once and was deleted at an address."""
        who, site, team = PEOPLE[owner], SITES[owner], TEAMS[owner]
        match path.removeprefix("/api/v1"):
            case "/people/{person}":
                for kind in [kind for kind, whose in self.made if whose == owner]:
                    self.gone(kind, owner)
                self.centre.ask("DELETE", f"/teams/{team}")
                forgotten(self.centre, who)
                self._person(owner)
                if owner == MINE:
                    self._account()
            case "/people/{person}/quota":
                self._quota(who)
            case "/sites/{site}/rights/{person}":
                self._lapsed(owner)
                self.centre.ask("PUT", f"/sites/{site}/rights/{who}", {"zones": ["hall"]})
            case "/enrolments/{enrolment}":
                self._lapsed(owner)
            case "/teams/{team}":
                self.gone("from_ms", owner)
                self._team(owner)

    def _lapsed(self, owner: str) -> None:
        """What goes with a right goes with it."""
        for kind in ("booking", "waiting_id", "series_id", "from_ms"):
            self.gone(kind, owner)

    def next_ms(self) -> int:
        """An hour that nothing else is at."""
        self.hour += 1
        return LATER_MS + self.hour * HOUR_MS

    def _made(self, kind: str, owner: str) -> str:
        who, site = PEOPLE[owner], SITES[owner]
        start_ms = self.next_ms()
        span = {"start_ms": start_ms, "end_ms": start_ms + HOUR_MS}
        ident = f"x{self.hour}"
        shut = {"start_ms": start_ms + 90 * DAY_MS, "end_ms": start_ms + 90 * DAY_MS + HOUR_MS, "why": "x"}
        weekly = {"weekday": 5, "from_minute": self.hour, "to_minute": self.hour + 1}
        wall = f"2026-12-{1 + self.hour // 24:02}T{self.hour % 24:02}:00"
        series = {"person": who, "resource": "d2", "start": wall, "length_ms": 3_600_000}
        series |= {"rule": "FREQ=DAILY;COUNT=1", "conflicts": "skip"}
        ends = {"from_ms": 0, "until_ms": NINE_MS - DAY_MS}
        bodies: dict[str, tuple[str, Any]] = {
            "badge": (f"/people/{who}/badges", {"uid": f"04A1B2C3D4{self.hour:04X}"}),
            "guardian": (f"/people/{who}/guardians", {"from_ms": 0, "until_ms": LATER_MS}),
            "entry": (f"/people/{who}/service", {"ledger": "team", **span}),
            "role": (f"/people/{who}/roles", {"role": "mentor", "site": site, **ends}),
            "transfer": (f"/people/{who}/transfers", {"from_site": site, "to_site": "roma", **span}),
            "feed": (f"/people/{who}/feeds", None),
            "closure": (f"/sites/{site}/closures", shut),
            "opening": (f"/sites/{site}/openings", {**weekly, "audience": "nobody"}),
            "gateway": (f"/sites/{site}/gateways", None),
            "held": (f"/sites/{site}/passes", {"person": who, "zones": ["hall"], **span}),
            "booking": (f"/sites/{site}/bookings", {"person": who, "resource": "d1", **span}),
            "waiting_id": (f"/sites/{site}/waiting", {"person": who, "resource": "r1", **span}),
            "series_id": (f"/sites/{site}/series", series),
            "module": ("/programmes/senior/modules", {"name": "M"}),
            "enrolment": ("/enrolments", {"person": who, "cohort": COHORTS[owner], "from_ms": NINE_MS - DAY_MS}),
        }
        if kind in bodies:
            said = self.centre.made(*bodies[kind])
            return str(said["gateway"] if kind == "gateway" and "gateway" in said else said["id"])
        made: dict[str, Make] = {
            "session": self._session,
            "register": lambda _: self._register(owner),
            "resource": lambda _: self._resource(site, ident),
            "conflict": self._conflict,
            "call": lambda _: called(self.centre, site, who),
            "token": self._token,
            "request": lambda _: asked_for(self.centre, who),
            "programme": lambda _: "senior",
            "from_ms": lambda _: self._membership(TEAMS[owner], who),
        }
        return made[kind](owner)

    def _session(self, owner: str) -> str:
        start_ms = self.next_ms()
        body = {"programme": "senior", "title": "X", "zone": "hall", "start_ms": start_ms, "end_ms": start_ms + HOUR_MS}
        off = {"off_site": True, "place": "Fabbrica", "zone": ""}
        made = self.centre.made(f"/sites/{SITES[owner]}/sessions", body | off | {"groups": [COHORTS[owner]]})
        if owner == MINE:
            with self.centre.registry.database.write() as connection:
                row = {"site": SITES[owner], "session": made["id"], "person": "me"}
                connection.execute(insert(t.session_trainer).values(**row))
        return str(made["id"])

    def _register(self, owner: str) -> str:
        session = self.object("session", owner)
        answer = self.centre.ask("PUT", f"/sites/{SITES[owner]}/sessions/{session}/register")
        return str(answer.json()["id"])

    def _resource(self, site: str, ident: str) -> str:
        self.centre.made(f"/sites/{site}/resources", {"id": ident, "kind": "desk", "name": ident, "zone": "hall"})
        return ident

    def _conflict(self, owner: str) -> str:
        ident = identity.new_id()
        row = {"person": PEOPLE[owner], "site": SITES[owner], "start_ms": self.next_ms(), "other_site": "roma"}
        row |= {"other_start_ms": 1, "why": "x", "found_ms": 1, "resolved_by": "", "note": "", "revision": 1}
        with self.centre.registry.database.write() as connection:
            connection.execute(insert(t.conflict).values(id=ident, resolved_ms=None, **row))
        return ident

    def _token(self, owner: str) -> str:
        ident = identity.new_id()
        terms = Terms(f"{owner}'s", frozenset({ALL}), "mine" if owner == MINE else None)
        with self.centre.registry.database.write() as connection:
            # So many are made for this table that the account would be full.
            connection.execute(delete(api_token).where(api_token.c.revoked_ms.is_not(None)))
            token_rows.add(connection, ident, identity.new_token(), terms, "", NINE_MS)
        return ident

    def _membership(self, team: str, who: str) -> str:
        from_ms = NINE_MS + 30 * DAY_MS + self.hour
        self.object("enrolment", next(owner for owner in OWNERS if PEOPLE[owner] == who))
        self.centre.ask("POST", f"/teams/{team}/members", {"person": who, "from_ms": from_ms, "until_ms": from_ms + 1})
        return str(from_ms)
