"""People of staff with a role, an account and a token of the API each: who closes registers and who may not."""

from dataclasses import dataclass
from typing import Any

import httpx

from access.facts import DayClosed
from registry import identity
from registry.accounts import token_rows
from registry.accounts.token_rows import ALL, Terms
from tests.support.accounts import add_account
from tests.support.centres import Centre
from tests.support.course import Course


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who asks the API as themselves."""

    centre: Centre
    person: str
    account: str
    token: str

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        return self.centre.ask(method, path, body, Authorization=f"Bearer {self.token}", **headers)


def signer(centre: Centre, name: str, role: str, site: str | None = "matera") -> Signer:
    """Somebody who holds a role."""
    person: str = centre.made("/people", {"name": name})["id"]
    centre.made(f"/people/{person}/roles", {"role": role, "site": site, "from_ms": 0})
    account, token = identity.new_id(), identity.new_token()
    add_account(centre, account, person)
    with centre.database.write() as connection:
        token_rows.add(connection, identity.new_id(), token, Terms(name, frozenset({ALL}), account), "", 0)
    return Signer(centre, person, account, token)


class Papers:
    """A course of which ``tina`` holds the sessions and ``clara`` is the coordinator of Matera."""

    def __init__(self, both: Centre, **programme: Any) -> None:  # noqa: ANN401 -- the programme's own members
        self.course = Course(both, **programme)
        self.both = both
        self.tina, self.clara = signer(both, "Tina", "trainer"), signer(both, "Clara", "coordinator")

    def session(self, start: float, end: float, **more: Any) -> str:  # noqa: ANN401 -- as ``Course``
        """A session that Tina held."""
        return self.course.session(start, end, trainers=[self.tina.person], **more)

    def session_with_a_missed_exit(self) -> str:
        """Two hours, at which Anna was all the time and Bruno's exit was missed."""
        made, course = self.session(1, 3), self.course
        course.stay(course.matera, course.anna, 0.5, 3.5)
        course.stay(course.matera, course.bruno, 2, None)
        course.matera.write(course.at(9), DayClosed((course.bruno,)))
        course.matera.send()
        return made

    def opened(self, session: str) -> str:
        """The id of a session's register."""
        answer = self.both.ask("PUT", f"/sites/matera/sessions/{session}/register")
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    def shown(self, register: str, edition: int | None = None) -> dict[str, Any]:
        """A register as it is."""
        answer = self.both.ask("GET", self.path(register) + (f"?edition={edition}" if edition else ""))
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        return said

    def path(self, register: str, more: str = "") -> str:
        return f"/sites/matera/registers/{register}{more}"

    def close(self, register: str, who: Signer, part: str) -> httpx.Response:
        """Somebody closes it, of whatever revision."""
        return who.ask("POST", self.path(register, "/closings"), {"part": part}, If_Match="*")

    def seal(self, register: str) -> str:
        """Both close it; its seal."""
        assert self.close(register, self.tina, "trainer").status_code == 200
        answer = self.close(register, self.clara, "coordinator")
        assert answer.status_code == 200, answer.text
        return str(answer.json()["seal"])

    def correct(self, register: str, **word: Any) -> httpx.Response:  # noqa: ANN401 -- a correction's members
        body = {"reason": "Il lettore era guasto", **word}
        return self.clara.ask("POST", self.path(register, "/corrections"), body, If_Match="*")
