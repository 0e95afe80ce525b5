"""A programme with a cohort of two sites' people, its sessions and modules, at a running registry."""

from typing import Any

from access.facts import Entered, Left
from tests.support.centres import HOUR_MS, Centre
from tests.support.fixed_day import wall_ms
from tests.support.site_log import SiteLog

DAY = 24.0


class Course:
    """``at`` is in hours from two days ago; Anna and Bruno are of the cohort ``senior-26`` of Matera."""

    def __init__(self, both: Centre, **programme: Any) -> None:  # noqa: ANN401 -- the programme's own members
        self.both = both
        self.begins_ms = (wall_ms() // HOUR_MS - 48) * HOUR_MS
        zones = {"matera": ["hall"], "cinisello": ["hall"]}
        exact = {"late_ms": 0, "early_ms": 0}
        both.made("/programmes", {"id": "senior", "name": "Senior", "zones": zones, **exact, **programme})
        both.made("/cohorts", {"id": "senior-26", "name": "2026", "programme": "senior", "site": "matera"})
        self.anna, self.bruno = self.enrol("Anna"), self.enrol("Bruno")
        self.matera, self.cinisello = SiteLog(both, "matera"), SiteLog(both, "cinisello")

    def enrol(self, name: str) -> str:
        person: str = self.both.made("/people", {"name": name})["id"]
        body = {"person": person, "programme": "senior", "cohort": "senior-26", "from_ms": self.at(-DAY)}
        self.both.made("/enrolments", body)
        return person

    def at(self, hours: float) -> int:
        return self.begins_ms + round(hours * HOUR_MS)

    def body(self, start: float, end: float, **more: Any) -> dict[str, Any]:  # noqa: ANN401 -- as above
        span = {"start_ms": self.at(start), "end_ms": self.at(end)}
        base = {"programme": "senior", "title": "Lezione", "zone": "hall", "groups": ["senior-26"], **span}
        if more.get("off_site"):
            base |= {"zone": "", "place": "Officine"}
        return {**base, **more}

    def session(self, start: float, end: float, **more: Any) -> str:  # noqa: ANN401 -- as above
        """A session that was delivered, unless another ``state`` is said."""
        state = more.pop("state", "delivered")
        why = {"why": "malattia"} if state == "cancelled" else {}
        body = self.body(start, end, **more)
        ident: str = self.both.made("/sites/matera/sessions", body)["id"]
        if state != "planned":
            self.put(ident, {**body, "state": state, **why})
        return ident

    def put(self, session: str, body: dict[str, Any]) -> None:
        answer = self.both.ask("PUT", f"/sites/matera/sessions/{session}", body, If_Match="*")
        assert answer.status_code == 200, answer.text

    def stay(self, log: SiteLog, person: str, start: float, end: float | None) -> None:
        """A stay of a person, written but not sent."""
        log.write(self.at(start), Entered(person, "front", "hall", "1-1"))
        if end is not None:
            log.write(self.at(end), Left("front", "hall", "", person))

    def minutes(self, session: str) -> dict[str, tuple[int, int, tuple[str, ...]]]:
        """What each has of a session: delivered, recognised and marks, by name."""
        answer = self.both.ask("GET", f"/sites/matera/sessions/{session}/attendance")
        assert answer.status_code == 200, answer.text
        names = {self.anna: "anna", self.bruno: "bruno"}
        return {
            names[row["person"]]: (row["delivered_minutes"], row["recognised_minutes"], tuple(row["marks"]))
            for row in answer.json()["items"]
        }
