"""Which zone the TZID of a calendar means."""

from zoneinfo import ZoneInfo

import pytest
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from registry.ical.incoming import read_calendar
from registry.ical.zones import Zones, ZoneUnknown
from tests.support.chance_rules import ROME
from tests.support.ical_texts import SINCE_MS, UNTIL_MS, calendar, event, reason, times

ZONES = Zones(ROME)
ROME_WINTER = (
    "BEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n"
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\n"
)
ROME_RULES = (
    f"{ROME_WINTER}BEGIN:DAYLIGHT\nDTSTART:16010101T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n"
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\n"
)


def defined(tzid: str, rules: str = ROME_RULES) -> str:
    """A VTIMEZONE."""
    return f"BEGIN:VTIMEZONE\nTZID:{tzid}\n{rules}END:VTIMEZONE\n".replace("\n", "\r\n")


def at_nine(tzid: str) -> str:
    return event(f'DTSTART;TZID="{tzid}":20260723T090000', "DURATION:PT1H")


@pytest.mark.parametrize(
    ("tzid", "zone"),
    [
        ("Europe/Rome", "Europe/Rome"),
        (" Asia/Tokyo ", "Asia/Tokyo"),
        ("UTC", "UTC"),
        ("europe/rome", "Europe/Rome"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("Romance Standard Time", "Europe/Paris"),
        ("GMT Standard Time", "Europe/London"),
        ("/freeassociation.sourceforge.net/Europe/Rome", "Europe/Rome"),
        ("/mozilla.org/20050126_1/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("/citadel.org/20210210_1/Europe/Rome", "Europe/Rome"),
        ("tzone://Microsoft/Utc", "UTC"),
    ],
)
def test_a_name_of_a_zone_is_known_in_whatever_way_programs_write_it(tzid: str, zone: str) -> None:
    assert ZONES.named(tzid) == ZoneInfo(zone)


def test_every_name_of_microsofts_is_known() -> None:
    assert len(WINDOWS_TO_OLSON) > 100
    for name in WINDOWS_TO_OLSON.keys() - {"UTC"}:
        assert ZONES.named(name) == ZoneInfo(WINDOWS_TO_OLSON[name])


@pytest.mark.parametrize(
    "tzid",
    [
        "",
        "Europe",
        "../../etc/passwd",
        "/etc/localtime",
        "posixrules",
        "localtime",
        "x" * 5000,
        "a\x00b",
        "\ud800",
        "CET-1CEST",
    ],
)
def test_what_names_no_zone_of_iana_is_refused(tzid: str) -> None:
    with pytest.raises(ZoneUnknown, match=r"is not known; write one such as Europe/Rome\."):
        ZONES.named(tzid)


def test_a_zone_of_outlooks_own_making_is_the_sites_where_it_goes_by_the_same_clock() -> None:
    tzid = "(UTC+01:00) Amsterdam, Berlin, Berna, Roma, Stoccolma, Vienna"
    assert times(defined(tzid), at_nine(tzid)) == [("07-23 07:00", "07-23 08:00")]
    assert times(at_nine(tzid), defined(tzid)) == [("07-23 07:00", "07-23 08:00")]


def test_a_zone_is_what_the_definition_of_its_own_name_says() -> None:
    office = defined("Ufficio", ROME_RULES.replace("TZOFFSETTO:+0200", "TZOFFSETTO:+0300"))
    assert times(office, defined("Sede"), at_nine("Sede")) == [("07-23 07:00", "07-23 08:00")]
    assert "is not known" in reason(defined("Sede"), office, at_nine("Ufficio"))


def test_a_zone_that_says_where_it_lies_is_that_places() -> None:
    tokyo = defined("Ufficio", "X-LIC-LOCATION:Asia/Tokyo\n")
    assert times(tokyo, at_nine("Ufficio")) == [("07-23 00:00", "07-23 01:00")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("TZOFFSETTO:+0200", "TZOFFSETTO:+0300"),
        ("TZOFFSETTO:+0100", "TZOFFSETTO:-0100"),
        ("TZOFFSETTO:+0100", "TZOFFSETTO:one"),
        ("BYMONTH=3", "BYMONTH=10"),
        (ROME_RULES, ""),
    ],
)
def test_a_zone_of_another_clock_is_not_taken_for_the_sites(old: str, new: str) -> None:
    rules = ROME_RULES.replace(old, new)
    assert "time zone “Ufficio” is not known" in reason(defined("Ufficio", rules), at_nine("Ufficio"))


def test_a_zone_without_summer_time_is_not_one_with_it() -> None:
    winter = "BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0100\nEND:STANDARD\n"
    assert "is not known" in reason(defined("Ufficio", winter), at_nine("Ufficio"))
    data = calendar(defined("Ufficio", winter), at_nine("Ufficio"))
    (row,) = read_calendar(data, ZoneInfo("Africa/Lagos"), SINCE_MS, UNTIL_MS).rows
    assert row.title == ""


def test_the_zones_of_one_calendar_are_not_anothers() -> None:
    data = calendar(defined("Ufficio")) + calendar(at_nine("Ufficio"))
    assert len(read_calendar(data, ROME, SINCE_MS, UNTIL_MS).errors) == 1
