"""A site's own pages beside a real registry, with staff of the site at a browser without JavaScript."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from itertools import count
from pathlib import Path

import httpx
import pytest

from access.codec import record_from_json
from access.records import Record
from registry.accounts.accounts_staff import tell_sites
from registry.edit import editing
from tests.support import fixed_day
from tests.support.called import lay_readers
from tests.support.centres import Centre, centre
from tests.support.faces import PASSWORD, account
from tests.support.link_files import link_with
from tests.support.live_pages import SITE_FILE, Pages, showing, signed_in
from tests.support.live_site import fresh, seen

SITE = "cinisello"
_VERSIONS = count(2)
READER = """
[[doors]]
id = "front"
name = "Ingresso"
zone = "sala"
exit = "handle"
[[devices]]
id = "front-in"
driver = "hubout"
stands_for = "reader"
door = "front"
[registry]
url = "{url}"
token_file = "gateway.token"
"""
CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')


@dataclass(slots=True)
class Counter:
    """The registry, the site's pages, and who stands at them; ``anna`` is somebody whom the site admits."""

    centre: Centre
    pages: Pages
    anna: str
    staff: httpx.Client
    csrf: str = ""

    def look(self, path: str) -> str:
        """A page in plain words."""
        answer = self.staff.get(path, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        return self._noted(answer)

    def sent(self, path: str, **fields: str) -> tuple[int, str]:
        """Send a form: the status, and where it leads or the page that comes."""
        answer = self.staff.post(path, data={"csrf": self.csrf, **fields})
        return answer.status_code, answer.headers.get("location", "") or self._noted(answer)

    def followed(self, path: str, **fields: str) -> str:
        """Send a form that is taken, and look where it leads."""
        status, there = self.sent(path, **fields)
        assert status == 303, there
        return self.look(there)

    def synced(self) -> None:
        """The site is told what the registry holds by now."""
        link_with(self.pages.folder, *told(self.centre), version=next(_VERSIONS))

    def known(self, person: str = "") -> None:
        """Show the registry who stands here."""
        path = f"/enrol/people/{person or self.anna}"
        self.look(path)
        self.followed(f"{path}/who", password=PASSWORD, what="new")

    def called(self, what: str = "new") -> str:
        """Ask for a badge at the reader; the call."""
        path = f"/enrol/people/{self.anna}"
        self.look(path)
        status, there = self.sent(path, what=what, reader="front-in")
        assert status == 303, there
        return there.rpartition("/")[2]

    def _noted(self, answer: httpx.Response) -> str:
        found = CSRF.search(answer.text)
        self.csrf = found[1] if found else self.csrf
        return unescape(answer.text)


def told(made: Centre) -> list[Record]:
    """What the registry tells the site."""
    return [record_from_json(kind, json.dumps({**one, "id": i})) for (kind, i), one in made.feed(SITE).items() if one]


@contextmanager
def beside_registry(folder: Path) -> Iterator[tuple[Centre, Pages, str]]:
    """A registry on SQLite with one site, its operator Zeno and somebody it admits; the site's pages; who that is."""
    with centre(f"sqlite:///{folder / 'registry.db'}", folder / "keys") as made, pytest.MonkeyPatch.context() as patch:
        made.add_site(SITE)
        lay_readers(made, SITE)
        anna, zeno = made.admit(SITE, "Anna Rossi"), made.admit(SITE, "Zeno")
        account(made, "zeno", person=zeno, role="operator", site=SITE)
        with editing(made.database, fixed_day.wall_ms()) as edit:
            tell_sites(edit, zeno)
        site = folder / "site"
        site.mkdir()
        (site / "gateway.token").write_text(made.gateways[SITE].token)
        (site / "gateway.token").chmod(0o600)
        link_with(site, *told(made))
        url = str(made.http.base_url).rstrip("/")
        patch.setattr("tests.support.live_pages.SITE_FILE", SITE_FILE + READER.format(url=url))
        with showing(site, seen(fresh())) as pages:
            yield made, pages, anna


@contextmanager
def counter(made: Centre, pages: Pages, anna: str, name: str = "zeno", code: str = PASSWORD) -> Iterator[Counter]:
    """Somebody at the counter, signed in at the site."""
    with signed_in(pages, name, code, language="en") as staff:
        yield Counter(made, pages, anna, staff)
