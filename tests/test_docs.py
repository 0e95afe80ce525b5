"""Documentation that cannot drift: what the pages name is there, and what is there the pages name."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from access.desk import DeskShown
from access.facts import FACTS
from access.log import Header
from devices.drivers import DRIVERS
from devices.keeper_codec import FROM_KEEPER, TO_KEEPER
from gateway.showing.live import topics
from registry.app import create_app
from registry.settings import Settings
from tests.support import documents as docs
from tests.support.house import PACKAGES, ROOT, functions, tracked
from tests.support.live_site import fresh, seen

GUARANTEES = docs.DOCS / "guarantees.md"
INTERFACES = docs.DOCS / "interfaces.md"
LOG = docs.DOCS / "log.md"
SITE_FILE = docs.DOCS / "site-file.md"
NUMBERS = [f"{letter}{number}" for letter, last in (("D", 13), ("S", 13), ("P", 9)) for number in range(1, last + 1)]
OURS = (*PACKAGES, "deploy", "docs", "scripts", "tests")
TEST = re.compile(r"`([a-z_]+(?:/[a-z_]+)*/test_[a-z_]+\.py)::(test_\w+)`")
PAGES = [str(path.relative_to(ROOT)) for path in docs.pages()]


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


# -- pages and what they lead to


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    assert dead_links(ROOT / page) == []


def dead_links(path: Path) -> list[str]:
    return [link for link in docs.links(path) if not leads_somewhere(path, link)]


def leads_somewhere(path: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = (path.parent / name).resolve() if name else path
    return target.exists() and (not anchor or anchor in docs.anchors(target))


@pytest.mark.parametrize("page", PAGES)
def test_every_file_of_ours_that_a_page_names_is_there(page: str) -> None:
    text = docs.text_of(ROOT / page)
    named = re.findall(rf"(?<![\w/.-])((?:{'|'.join(OURS)})/[\w/.-]+\.[a-z]+)\b", text)
    assert [name for name in named if not (ROOT / name).exists() and not (ROOT / "tests" / name).exists()] == []


def test_the_contents_name_every_file_of_the_documentation() -> None:
    contents = docs.DOCS / "README.md"
    linked = {(contents.parent / link.partition("#")[0]).resolve() for link in docs.links(contents)}
    pages = {path for path in tracked() if path.suffix == ".md" and docs.DOCS in path.parents and path != contents}
    folders = {path.parent for path in tracked() if docs.DOCS in path.parents} - {docs.DOCS}
    assert sorted((pages | folders) - linked) == []


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_a_page_shows_exists_with_its_options(page: str) -> None:
    assert wrong_commands(ROOT / page) == []


def wrong_commands(path: Path) -> list[str]:
    known = docs.subcommands()
    return [line for line in docs.written_commands(path) if not docs.is_right(line, known)]


def test_what_a_page_says_wrongly_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    told = "# A page\n[gone](nowhere.md) [here](#a-page) [not here](#a-side) `hubout chek x` `hubout COMMAND --help`\n"
    wrong = "sudo /opt/bin/hubout registry --database URL add-site x --nam y  # as said"
    page.write_text(f"{told}```sh\n{wrong}\nhubout log verify --json log.db\n```\n")
    assert dead_links(page) == ["nowhere.md", "#a-side"]
    assert [line.split()[1] for line in wrong_commands(page)] == ["registry", "chek"]


def test_the_pages_hold_more_than_a_few_of_what_is_looked_at() -> None:
    """A reader of pages that finds nothing would find nothing wrong."""
    assert len([line for path in docs.pages() for line in docs.written_commands(path)]) > 40
    assert len([link for path in docs.pages() for link in docs.links(path)]) > 40


# -- guarantees


def guarantee_rows() -> list[list[str]]:
    return [row for row in docs.rows(docs.text_of(GUARANTEES)) if len(row) == 5]


def test_every_guarantee_has_its_row_in_order() -> None:
    assert [row[0] for row in guarantee_rows()] == NUMBERS


@pytest.mark.parametrize("number", NUMBERS)
def test_a_guarantee_says_what_holds_by_what_and_what_shows_it(number: str) -> None:
    _, promise, today, by, shown = next(row for row in guarantee_rows() if row[0] == number)
    assert today in {"holds", "in part", "later"}
    assert ("**Later:**" in promise or "**Except:**" in promise) == (today != "holds")
    assert bool(by) == bool(shown) == (today != "later")
    assert all((ROOT / module).is_file() for module in codes(by))
    assert len(codes(shown)) == len(TEST.findall(shown))


def test_every_test_that_a_page_names_is_in_its_file() -> None:
    named = [found for path in docs.pages() for found in TEST.findall(docs.text_of(path))]
    missing = [(file, test) for file, test in named if test not in declared_in(ROOT / "tests" / file)]
    assert missing == []
    assert len(named) > 100


def declared_in(path: Path) -> set[str]:
    return {function.name for function in functions(path)} if path.is_file() else set()


# -- interfaces


def test_every_command_is_documented_with_all_its_options() -> None:
    written = {
        " ".join(word for word in codes(row[0])[0].split()[1:] if not word.isupper() and "_" not in word): row
        for row in docs.rows(docs.section(INTERFACES, "Commands"))
    }
    known = docs.subcommands()
    assert set(written) == set(known)
    for name, command in known.items():
        assert set(codes(written[name][2])) == docs.options(command), name


def test_every_driver_is_documented() -> None:
    written = [codes(row[0])[0] for row in docs.rows(docs.section(INTERFACES, "Makers' drivers"))]
    assert sorted(written) == sorted(DRIVERS)


def test_the_keepers_messages_are_documented_with_their_fields() -> None:
    rows = docs.rows(docs.section(INTERFACES, "The doorkeeper's socket"))
    written = [(codes(row[0])[0], codes(row[1])) for row in rows]
    known = [(name, [item.name for item in fields(kind)]) for name, kind in (TO_KEEPER | FROM_KEEPER).items()]
    assert written == known


def test_the_live_topics_are_documented_with_their_members() -> None:
    written = {codes(row[0])[0]: codes(row[1])[0] for row in docs.rows(docs.section(INTERFACES, "Live topics"))}
    told = topics(seen(fresh()))
    for topic, payload in written.items():
        real = told[topic.replace("SITE", "cinisello").replace("DESK", "d01")]
        assert list(json.loads(payload)) == list(real), topic
    assert len(written) == len({topic.rpartition("/d0")[0] or topic for topic in told})


def test_the_states_of_a_desk_are_documented() -> None:
    text = docs.section(INTERFACES, "Live topics")
    assert [state for state in DeskShown if f"`{state}`" not in text] == []


def test_every_key_of_the_site_file_is_documented_as_it_is() -> None:
    for header, model in docs.HEADERS.items():
        assert [row[:3] for row in docs.rows(docs.section(SITE_FILE, header))] == docs.key_rows(model), header


def test_every_problem_and_address_that_the_pages_name_is_the_registrys(tmp_path: Path) -> None:
    app = create_app(Settings(f"sqlite:///{tmp_path}/registry.db", tmp_path / "keys"))
    known = {re.sub(r"\{\w+\}", "*", path) for path in app.openapi()["paths"]}
    app.state.shared.database.close()
    text = "".join(docs.text_of(path) for path in docs.pages())
    named = re.findall(r"(?:GET|POST|PUT|DELETE) ((?:/api/v1)?/[a-zA-Z{}/-]+)", text)
    plain = {re.sub(r"\{\w+\}|\b[A-Z]+\b", "*", name) for name in named}
    assert {name if name.startswith("/api") else f"/api/v1{name}" for name in plain} - known == set()


# -- the log


def test_a_rows_header_is_documented_field_by_field() -> None:
    written = [codes(row[0]) for row in docs.rows(docs.section(LOG, "A row")) if len(row) == 2]
    assert [name for row in written for name in row] == sorted(Header.__annotations__, key=written_order)


def written_order(name: str) -> int:
    return ["v", "site", "epoch", "seq", "kind", "at", "mono", "run", "trusted", "prev", "body"].index(name)


def test_every_fact_is_documented_with_its_fields() -> None:
    written = {codes(row[0])[0]: codes(row[2]) for row in docs.rows(docs.section(LOG, "Facts"))}
    assert written == {kind: [item.name for item in fields(fact)] for kind, fact in FACTS.items()}
