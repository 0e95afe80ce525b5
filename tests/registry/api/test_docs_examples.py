"""The curl lines of docs/api.md do what the page says: each is sent to a registry that was just seeded."""

import re
import shlex
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from registry.seed.files import DEFAULT
from registry.setup import Registry
from tests.support import documents as docs
from tests.support.centres import HOUR_MS, NINE_MS, Centre, centre

PAGE = docs.DOCS / "api.md"
API = "http://127.0.0.1:8300/api/v1"
EIGHT_MS = NINE_MS - HOUR_MS
FIRST_DAY = date(2026, 11, 23)
PEOPLE_CSV = "ref;name;birth_date;site;zones\nA-1;Ada Prova;02/05/2004;cinisello;hall\n"
STANDS_FOR = {
    "people": "PERSON",
    "data-requests": "REQUEST",
    "entries": "ENTRY",
    "series": "SERIES",
    "waiting": "WAITING",
}
"""What capitals stand for the id of what was made last in a collection; of others it is the singular."""


WHOLE = "The API by theme"


def lines(path: Path = PAGE, heading: str = WHOLE) -> list[str]:
    section = docs.section(path, heading)
    blocks = re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("ask ")]


class Terminal:
    """Whoever types the page's lines; remembers the ids that answers give."""

    def __init__(self, asked: Centre) -> None:
        self._asked, self._known = asked, dict[str, str]()

    def type(self, line: str) -> httpx.Response:
        for stand_in, ident in self._known.items():
            line = re.sub(rf"\b{stand_in}\b", ident, line)
        words = shlex.split(line.replace("$api", API))[1:]
        method, headers, body, url = "GET", {"Content-Type": "application/json"}, "", ""
        while words:
            match words:
                case ["-X", method, *words]:
                    pass
                case ["-H", header, *words]:
                    name, _, value = header.partition(": ")
                    headers[name] = value
                case ["-d", body, *words]:
                    pass
                case ["--data-binary", "@people.csv", *words]:
                    body = PEOPLE_CSV
                case [url, *words]:
                    assert url.startswith(f"{API}/"), line
        said = {"Authorization": f"Bearer {self._asked.token}", **headers}
        path = url.removeprefix("http://127.0.0.1:8300")
        answer = self._asked.http.request(method, path, content=body.encode(), headers=said)
        if method == "POST" and answer.status_code == 201:
            collection = path.partition("?")[0].rpartition("/")[2]
            self._known[STANDS_FOR.get(collection, collection.removesuffix("s").upper())] = answer.json()["id"]
        return answer


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    folder = tmp_path_factory.mktemp("page")
    url, keys = f"sqlite:///{folder / 'registry.db'}", folder / "keys"
    with Registry(url, keys, lambda: EIGHT_MS) as registry:
        registry.seed_example(DEFAULT, folder / "gateways", FIRST_DAY)
    with centre(url, keys, wall_ms=lambda: EIGHT_MS) as asked:
        yield asked


def test_every_line_of_the_page_is_done_in_the_order_of_the_page(seeded: Centre) -> None:
    terminal = Terminal(seeded)
    said = [(line, terminal.type(line)) for line in lines()]
    wrong = [f"{line}\n    {answer.status_code} {answer.text}" for line, answer in said if answer.status_code >= 300]
    assert not wrong, "\n".join(wrong)
    assert len(said) > 25


@pytest.mark.parametrize(
    ("page", "heading", "number"),
    [("install.md", "The emergency cards", 4), ("operation.md", "What staff do", 5)],
)
def test_what_other_pages_have_people_type_is_done_too(seeded: Centre, page: str, heading: str, number: int) -> None:
    terminal = Terminal(seeded)
    typed = [line for line in lines(docs.DOCS / page, heading) if "CONFLICT" not in line]
    said = [(line, terminal.type(line)) for line in typed]
    wrong = [f"{line}\n    {answer.status_code} {answer.text}" for line, answer in said if answer.status_code >= 300]
    assert not wrong, "\n".join(wrong)
    assert len(said) == number


def test_each_theme_has_at_least_two_lines() -> None:
    section = docs.section(PAGE, WHOLE)
    themes = re.split(r"^## ", section, flags=re.MULTILINE)[1:]
    assert {theme.splitlines()[0]: theme.count("\nask ") for theme in themes if theme.count("\nask ") < 2} == {}
    assert len(themes) >= 10


def test_a_line_that_is_wrong_is_seen(seeded: Centre) -> None:
    terminal = Terminal(seeded)
    assert terminal.type("ask $api/peple").status_code == 404
    assert terminal.type('ask -X POST $api/people -d \'{"nome":"Anna"}\'').status_code == 422
