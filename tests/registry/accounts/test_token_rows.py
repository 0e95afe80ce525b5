"""Tokens of the API: bounded by scopes, sites, their holder and their end; revoked at once; never kept as they are."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from hubout.cmd_registry import command
from registry import identity, migrate
from registry.accounts import token_rows, tokens
from registry.accounts.token_rows import Terms
from registry.accounts.tokens import Caller
from registry.database import Database
from registry.guard.areas import Area, Verb
from registry.guard.authority import ADMINISTRATOR, at, may
from registry.problems import Problem
from registry.setup import Registry
from registry.tables.tokens import api_token
from tests.support.centres import NINE_MS, Centre, problem
from tests.support.parts import wait_until

EVERYTHING = frozenset({"*:write"})


def made(registry: Registry, terms: Terms, at_ms: int = NINE_MS) -> str:
    token = identity.new_token()
    with registry.database.write() as connection:
        token_rows.add(connection, identity.new_id(), token, terms, "test", at_ms)
    return token


def found(registry: Registry, token: str, at_ms: int = NINE_MS) -> Caller | None:
    with registry.database.read() as connection:
        who = tokens.find(connection, token, at_ms)
    assert who is None or isinstance(who, Caller)
    return who


def test_a_services_token_does_what_its_scopes_and_sites_say(registry: Registry) -> None:
    registry.add_site("matera", "Matera")
    terms = Terms("reports", frozenset({"attendance:read"}), sites=frozenset({"matera"}))
    who = found(registry, made(registry, terms))
    assert who is not None
    assert who.author == who.id
    assert may(who.authority, Area.ATTENDANCE, Verb.READ, at("matera"))
    assert not may(who.authority, Area.ATTENDANCE, Verb.WRITE, at("matera"))
    assert not may(who.authority, Area.ATTENDANCE, Verb.READ, at("cinisello"))
    assert not may(who.authority, Area.PEOPLE, Verb.READ, at("matera"))


def test_a_token_ends_at_its_end_and_when_it_is_revoked(registry: Registry) -> None:
    token = made(registry, Terms("short", EVERYTHING, expires_ms=NINE_MS + 10))
    who = found(registry, token, NINE_MS + 9)
    assert who is not None
    assert found(registry, token, NINE_MS + 10) is None
    with registry.database.write() as connection:
        token_rows.revoke(connection, who.id, NINE_MS + 5)
        token_rows.revoke(connection, who.id, NINE_MS + 6)
        assert connection.execute(select(api_token.c.revoked_ms)).scalar_one() == NINE_MS + 5
    assert found(registry, token, NINE_MS + 9) is None


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        (Terms("x", frozenset()), "at least one scope"),
        (Terms("x", frozenset({"people:rewrite"})), "people:rewrite is no scope"),
        (Terms("x", frozenset({"<b>"})), "one of them is no scope"),
        (Terms("x", EVERYTHING, sites=frozenset({"rome"})), "no such site"),
        (Terms("x", EVERYTHING, expires_ms=NINE_MS), "ends after it is made"),
    ],
)
def test_a_token_that_cannot_be_is_refused(registry: Registry, terms: Terms, says: str) -> None:
    with pytest.raises(Problem, match=says):
        made(registry, terms)


def test_no_token_exceeds_its_maker() -> None:
    root = Caller("root", None, ADMINISTRATOR)
    scoped = replace(root, authority=replace(ADMINISTRATOR, scopes=frozenset({"people:write", "badges:read"})))
    here = replace(root, authority=replace(ADMINISTRATOR, within=frozenset({"matera"})))
    brief = replace(root, expires_ms=10)
    assert not token_rows.exceeds(root, Terms("x", EVERYTHING))
    assert token_rows.exceeds(brief, Terms("x", EVERYTHING))
    assert token_rows.exceeds(brief, Terms("x", EVERYTHING, expires_ms=11))
    assert not token_rows.exceeds(brief, Terms("x", EVERYTHING, expires_ms=10))
    assert not token_rows.exceeds(scoped, Terms("x", frozenset({"people:read", "badges:read"})))
    assert token_rows.exceeds(scoped, Terms("x", frozenset({"badges:write"})))
    assert token_rows.exceeds(scoped, Terms("x", frozenset({"*:read"})))
    assert token_rows.exceeds(here, Terms("x", EVERYTHING))
    assert token_rows.exceeds(here, Terms("x", EVERYTHING, sites=frozenset({"matera", "cinisello"})))
    assert not token_rows.exceeds(here, Terms("x", EVERYTHING, sites=frozenset({"matera"})))


def test_the_day_of_its_last_use_is_kept(both: Centre) -> None:
    def days() -> list[str | None]:
        with both.database.read() as connection:
            return list(connection.execute(select(api_token.c.last_day)).scalars())

    assert both.ask("GET", "/sites").status_code == 200
    wait_until(lambda: days() != [None], "the day to be written")
    assert days() == ["2026-11-28"]


def test_who_held_an_operators_token_holds_an_administrators(url: str) -> None:
    token = identity.new_token()
    database = Database(url)
    migrate.upgrade(database, "0010")
    with database.write() as connection:
        row = {"hash": tokens.hashed(token)}
        connection.execute(text("INSERT INTO operator (id, token_hash, created_ms) VALUES ('o', :hash, 7)"), row)
        kept = "INSERT INTO answer (operator, key_hash, request_mac, created_ms, status, etag, body)"
        connection.execute(text(f"{kept} VALUES ('o', 'k', 'm', 7, 201, '', '{{}}')"))
    migrate.upgrade(database)
    with database.read() as connection:
        who = tokens.find(connection, token, NINE_MS)
        answers = connection.execute(text("SELECT operator, key_hash, status FROM answer")).all()
    assert isinstance(who, Caller)
    assert may(who.authority, Area.CENTRE, Verb.WRITE)
    assert answers == [("o", "k", 201)]
    database.close()


def run(url: str, keys: Path, *words: str) -> str:
    said = CliRunner().invoke(command, ["--database", url, "--keys", str(keys), "token", *words])
    assert said.exit_code == 0, said.output
    return said.output


def test_the_command_makes_lists_and_revokes_them(own: Centre) -> None:
    keys = own.registry.keys.folder
    said = run(own.url, keys, "add", "reports", "--scope", "sites:read", "--site", "matera", "--days", "3")
    token = said.rpartition(" ")[2].strip()
    asked = {"Authorization": f"Bearer {token}"}
    assert own.http.get("/api/v1/openapi.json", headers=asked).status_code == 200
    (line,) = [line for line in run(own.url, keys, "list").splitlines() if "reports" in line]
    assert "sites:read; matera; until " in line
    assert token not in line
    run(own.url, keys, "revoke", line.partition(" ")[0])
    assert problem(own.http.get("/api/v1/openapi.json", headers=asked)) == (401, "no-credential")
