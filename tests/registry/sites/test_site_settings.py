"""A site's settings: data that staff edit, with the domain's defaults."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from access.clock import DAY_MS
from hubout.cli import hubout
from registry.calendars.holidays import Holiday, HolidaySetting
from registry.downlink.sweeping import sweep
from registry.edit import editing
from registry.people import people
from registry.people.people import Profile, Rights
from registry.problems import Problem
from registry.setup import Registry
from registry.sites import sites
from tests.support.centres import NINE_MS, Centre, problem
from tests.support.feed_reader import FeedReader

HOLIDAYS = {
    "province": "MT",
    "language": "en",
    "added": [{"day": "2027-05-08", "name": "San Vittore"}],
    "taken_away": ["2027-01-06", "2027-08-15"],
}


def test_a_site_begins_with_the_domains_defaults(both: Centre) -> None:
    shown = both.ask("GET", "/sites/matera").json()
    assert shown == {
        "id": "matera",
        "name": "Matera",
        "timezone": "Europe/Rome",
        "municipality": "",
        "no_show_minutes": 15,
        "offer_minutes": 30,
        "holidays": {"province": "", "language": "it", "added": [], "taken_away": []},
    }
    assert both.ask("GET", "/sites").json()["items"][1] == shown


def test_settings_come_out_as_they_went_in(empty: Centre) -> None:
    body = {"id": "third", "name": "Terza", "timezone": "Europe/Rome", "no_show_minutes": 0, "offer_minutes": 5}
    body["municipality"] = "Comune di Terza"
    made = empty.made("/sites", body | {"holidays": HOLIDAYS})
    assert {name: made[name] for name in (*body, "holidays")} == body | {"holidays": HOLIDAYS}
    assert empty.ask("GET", "/sites/third").json() == body | {"holidays": HOLIDAYS}
    assert empty.ask("PUT", "/sites/third", {"name": "Terza"}, If_Match="*").json()["no_show_minutes"] == 15


@pytest.mark.parametrize(
    "change",
    [
        {"no_show_minutes": -1},
        {"municipality": "a" * 121},
        {"no_show_minutes": 1_441},
        {"offer_minutes": 0},
        {"holidays": {"province": "Matera"}},
        {"holidays": {"province": "ZZ"}},
        {"holidays": {"language": "de"}},
        {"holidays": {"added": [{"day": "2027-02-30", "name": "A"}]}},
        {"holidays": {"added": [{"day": "2027-02-03", "name": ""}]}},
        {"holidays": {"taken_away": ["tomorrow"]}},
        {"holidays": {"taken_away": ["2027-01-06"] * 51}},
        {"holidays": None},
    ],
)
def test_settings_that_cannot_be_are_refused(shared: Centre, change: dict[str, object]) -> None:
    before = shared.ask("GET", "/sites/matera").json()
    answer = shared.ask("PUT", "/sites/matera", {"name": "Matera"} | change, If_Match="*")
    assert problem(answer) == (422, "invalid")
    assert shared.ask("GET", "/sites/matera").json() == before


def test_the_store_refuses_what_the_api_does(registry: Registry) -> None:
    bad = sites.Site("a", "A", "Europe/Rome", holidays=HolidaySetting("ZZ"))
    with editing(registry.database, 0) as edit, pytest.raises(Problem, match="province"):
        sites.add_site(edit, bad)
    own = HolidaySetting("MI", "en", (Holiday(date(2027, 9, 1), "Nostra"),), (date(2027, 1, 6),))
    good = sites.Site("a", "A", "Europe/Rome", 0, 5, own)
    with editing(registry.database, 0) as edit:
        sites.add_site(edit, good)
        assert sites.site(edit.connection, "a") == good


def test_a_birthday_is_that_of_the_sites_own_calendar(registry: Registry) -> None:
    """At Auckland's midnight it is still the day before at Rome."""
    registry.add_site("auckland", "Auckland", "Pacific/Auckland")
    registry.add_site("matera", "Matera")
    with editing(registry.database, NINE_MS) as edit:
        people.add_person(edit, "anna", Profile("Anna", birth_date="2008-11-24"))
        for site in ("auckland", "matera"):
            people.set_rights(edit, site, "anna", Rights(frozenset({"hall"})))
    flags = {}
    for moment in (NINE_MS, NINE_MS + DAY_MS // 4, NINE_MS + DAY_MS):
        sweep(registry.database, moment)
        for site in ("auckland", "matera"):
            reader = FeedReader(site)
            reader.pull(registry, 10)
            flags[site, (moment - NINE_MS) // (DAY_MS // 4)] = reader.replica.persons["anna"].minor
    assert flags == {
        ("auckland", 0): True,
        ("matera", 0): True,
        ("auckland", 1): False,
        ("matera", 1): True,
        ("auckland", 4): False,
        ("matera", 4): False,
    }


def test_a_site_that_moves_its_clock_learns_who_is_of_age_there(registry: Registry) -> None:
    registry.add_site("matera", "Matera")
    at_ms = NINE_MS + DAY_MS // 4
    with editing(registry.database, at_ms) as edit:
        people.add_person(edit, "anna", Profile("Anna", birth_date="2008-11-24"))
        people.set_rights(edit, "matera", "anna", Rights(frozenset({"hall"})))
    with editing(registry.database, at_ms) as edit:
        sites.change_site(edit, sites.Site("matera", "Matera", "Pacific/Auckland"))
    reader = FeedReader("matera")
    reader.pull(registry, 10)
    assert not reader.replica.persons["anna"].minor


@pytest.mark.parametrize("bad", ["hubout.example", "ftp://hubout.example", "https://", "https://a.example/?q=1"])
def test_where_people_find_the_pages_is_a_whole_address_or_refused(bad: str, tmp_path: Path) -> None:
    asked = ["registry", "--database", f"sqlite:///{tmp_path}/r.db", "--public-url", bad]
    said = CliRunner().invoke(hubout, asked)
    assert said.exit_code == 2
    assert "it begins with https:// and a name" in said.output
    assert list(tmp_path.iterdir()) == []


def test_at_the_head_of_papers_stands_the_municipality_and_the_site_where_that_says_more() -> None:
    assert sites.headed("", "Hubout") == "Hubout"
    assert sites.headed("Comune di Matera", "Hubout") == "Comune di Matera · Hubout"
    assert sites.headed("Comune di Matera", "Matera") == "Comune di Matera"
