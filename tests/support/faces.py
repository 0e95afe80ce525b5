"""The centre's pages for tests: a running registry, and people's browsers at it, as plain HTTP clients."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count

import httpx

from pages import passwords
from registry.accounts import accounts
from registry.accounts.accounts import NewAccount
from tests.support.centres import Centre
from tests.support.plain import PLAIN

PASSWORD = "quattro parole messe a caso"
CSRF = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass(slots=True)
class Reader:
    """One browser, without JavaScript; ``sent`` fills in the token that its last page gave to forms."""

    http: httpx.Client
    csrf: str = ""

    def look(self, path: str) -> httpx.Response:
        """A page, redirects followed."""
        answer = self.http.get(path, follow_redirects=True)
        return self._noted(answer)

    def sent(self, path: str, **fields: str) -> httpx.Response:
        """Send a form of the last page; where it leads is the answer's, not followed."""
        return self.http.post(path, data={"csrf": self.csrf, **fields})

    def followed(self, path: str, **fields: str) -> httpx.Response:
        """Send a form of the last page, and look where it leads."""
        answer = self.sent(path, **fields)
        assert answer.status_code == 303, answer.text
        return self.look(answer.headers["location"])

    def signed_in(self, login: str, password: str = PASSWORD) -> httpx.Response:
        """Sign in and look at the page that comes."""
        return self._noted(
            self.http.post("/sign-in", data={"login": login, "password": password}, follow_redirects=True)
        )

    def _noted(self, answer: httpx.Response) -> httpx.Response:
        found = CSRF.search(answer.text)
        self.csrf = found[1] if found else self.csrf
        return answer


_NUMBERS = count(1)


@contextmanager
def reader(running: Centre, language: str = "en") -> Iterator[Reader]:
    """A browser that nobody is signed in at, of an address of its own: guesses are counted by address."""
    from_here = f"10.0.{(number := next(_NUMBERS)) // 250}.{number % 250}"
    headers = {"accept-language": language, "x-forwarded-for": from_here}
    with httpx.Client(base_url=running.http.base_url, timeout=60, headers=headers, verify=PLAIN) as http:
        yield Reader(http)


def account(running: Centre, login: str, name: str = "", password: str = PASSWORD, **kinds: str) -> None:
    """An account whose holder has chosen a password already; ``kinds``: person, role, site, administrator ("1")."""
    given = NewAccount(login, name or login.title(), kinds.get("person"), bool(kinds.get("administrator")))
    running.registry.add_account(given, kinds.get("role"), kinds.get("site"))
    with running.database.write() as connection:
        found = accounts.of_login(connection, login, 0)
        assert found is not None
        accounts.set_password(connection, found.account.id, kept(password))


@cache
def kept(password: str) -> str:
    """A password as the database has it; hashed once for all tests, for it takes a while."""
    return passwords.hashed(password)
