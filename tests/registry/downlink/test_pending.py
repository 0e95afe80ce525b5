"""A revocation is shown as pending until each site says that it decides by it."""

import pytest
from sqlalchemy import select

from registry.downlink.applied import Applied, put
from registry.tables import core as t
from tests.support.centres import Centre
from tests.support.parts import wait_until

UID = "04A1B2C3D4E580"
SITES = ("cinisello", "matera")


@pytest.fixture
def badge(both: Centre) -> str:
    person = both.admit("matera")
    both.ask("PUT", f"/sites/cinisello/rights/{person}", {"zones": ["hall"]})
    return both.registry.enrol(person, UID)


def end(both: Centre, site: str) -> tuple[str, int]:
    said = both.as_gateway(site, "GET", "/lane").json()
    return said["generation"], said["version"]


def applies(both: Centre, site: str, generation: str, version: int, epoch: int = 1) -> None:
    """The site's gateway says what it decides by, and it is on disk."""
    both.as_gateway(site, "GET", f"/lane?generation={generation}&since={version}&epoch={epoch}")
    a = t.applied.c
    query = select(a.version).where(a.site == site, a.epoch == epoch, a.generation == generation)

    def written() -> bool:
        with both.database.read() as connection:
            return connection.execute(query).scalar() == version

    wait_until(written, f"{site}'s version {version}", 20)


def pending(both: Centre) -> list[tuple[str, str, str]]:
    items = both.ask("GET", "/revocations/pending").json()["items"]
    return [(item["site"], item["what"], item["id"]) for item in items]


def at_sites(both: Centre, badge: str) -> list[str]:
    sites: list[str] = both.ask("GET", f"/badges/{badge}").json()["pending_sites"]
    return sites


def test_it_is_pending_at_each_site_until_that_site_decides_by_it(both: Centre, badge: str) -> None:
    for site in SITES:
        applies(both, site, *end(both, site))
    assert (pending(both), at_sites(both, badge)) == ([], [])
    both.ask("POST", f"/badges/{badge}/revoke")
    assert pending(both) == [(site, "badge", badge) for site in SITES]
    assert at_sites(both, badge) == list(SITES)
    applies(both, "matera", *end(both, "matera"))
    assert (pending(both), at_sites(both, badge)) == ([("cinisello", "badge", badge)], ["cinisello"])
    applies(both, "cinisello", *end(both, "cinisello"))
    assert (pending(both), at_sites(both, badge)) == ([], [])


def test_a_site_whose_gateway_never_asked_is_none_of_them(both: Centre, badge: str) -> None:
    both.ask("POST", f"/badges/{badge}/revoke")
    assert (pending(both), at_sites(both, badge)) == ([], [])


def test_of_a_sites_gateways_the_newest_counts(both: Centre, badge: str) -> None:
    generation, version = end(both, "matera")
    both.ask("POST", f"/badges/{badge}/revoke")
    applies(both, "matera", *end(both, "matera"), epoch=1)
    applies(both, "matera", generation, version, epoch=2)
    assert at_sites(both, badge) == ["matera"]


def test_in_another_history_nothing_is_known_to_be_decided_by(both: Centre, badge: str) -> None:
    both.ask("POST", f"/badges/{badge}/revoke")
    applies(both, "matera", *end(both, "matera"))
    both.registry.new_generation()
    assert at_sites(both, badge) == ["matera"]
    applies(both, "matera", *end(both, "matera"))
    assert at_sites(both, badge) == []


def test_the_list_comes_in_pages_with_people_too(both: Centre, badge: str) -> None:
    person = both.ask("GET", f"/badges/{badge}").json()["person"]
    applies(both, "matera", *end(both, "matera"))
    both.ask("POST", f"/badges/{badge}/revoke")
    both.ask("PUT", f"/people/{person}", {"name": "Anna", "suspended": True}, If_Match="*")
    first = both.ask("GET", "/revocations/pending?limit=1").json()
    second = both.ask("GET", f"/revocations/pending?limit=1&cursor={first['next']}").json()
    found = [(one["what"], one["id"]) for page in (first, second) for one in page["items"]]
    assert (found, second["next"]) == ([("badge", badge), ("person", person)], None)
    assert first["items"][0]["version"] < second["items"][0]["version"]


def test_what_waits_while_the_database_is_held_is_written_later(both: Centre) -> None:
    with both.database.write() as connection:
        put(connection, [Applied("matera", 7, "g", 1, 5)])
        for version in (3, 4):
            answer = both.as_gateway("matera", "GET", f"/lane?generation=g&since={version}&epoch=9")
            assert answer.status_code == 200
    applies(both, "matera", "g", 4, epoch=9)
