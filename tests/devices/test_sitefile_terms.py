"""What a site asks of whoever enters: PINs, free hours, capacity, anti-passback, and the policy's own sense."""

from pathlib import Path

import pytest

from access.site import FreeSpan, Passback, Policy, WhenFull
from devices.sitefile import Severity, check, read_site_file
from tests.support.sites import edited_site

ERROR, WARNING = Severity.ERROR, Severity.WARNING
FREE = 'freshness = "proved" '
MAKERS = 'driver = "tasmota"\ntopic = "t"\nstands_for = "reader"\ndoor = "entrance"\n\n'


def test_every_setting_of_doors_zones_and_policy_reaches_the_site(tmp_path: Path) -> None:
    free = 'asks_pin = true\nfree = ["mon-fri 08:00-18:00", "sat,sun 09:30-24:00"]\n#'
    path, _ = edited_site(tmp_path, FREE, free)
    text = path.read_text().replace('when_full = "warn"', 'when_full = "refuse"')
    said = ("minor_from", '"06:30"'), ("pin_tries", "5"), ("pin_block_min", "2.5"), ("no_show_min", "20")
    ages = ("dated_age_d", "0.5"), ("booking_age_d", "3"), ("standing_age_d", "10"), ("clock_unsure_min", "4")
    lines = "".join(f"{key} = {value}\n" for key, value in (*said, *ages))
    path.write_text(text.replace('minor_from = "07:00" ', f"{lines}#").replace('"21:00"', '"24:00"'))
    site = read_site_file(path).site
    hall, door, policy = site.zones["hall"], site.doors["entrance"], site.policy
    assert (hall.capacity, hall.when_full, hall.passback) == (40, WhenFull.REFUSE, Passback.SOFT)
    assert (door.asks_pin, door.first_in) == (True, True)
    weekdays = [FreeSpan(day, 8 * 60, 18 * 60) for day in range(5)]
    assert door.free == (*weekdays, FreeSpan(5, 570, 1_440), FreeSpan(6, 570, 1_440))
    assert (policy.minor_from_minute, policy.minor_until_minute) == (390, 1_440)
    assert (policy.pin_tries, policy.pin_block_ms, policy.no_show_ms) == (5, 150_000, 1_200_000)
    day_ms = 86_400_000
    assert (policy.dated_age_ms, policy.booking_age_ms) == (day_ms // 2, 3 * day_ms)
    assert (policy.standing_age_ms, policy.clock_unsure_ms) == (10 * day_ms, 240_000)


def test_what_is_left_out_keeps_the_defaults(tmp_path: Path) -> None:
    path, _ = edited_site(tmp_path, 'when_full = "warn"', "#")
    site = read_site_file(path).site
    assert site.zones["lab"].when_full is WhenFull.WARN
    assert site.zones["lab"].passback is Passback.OFF
    lab = site.doors["lab-door"]
    assert (lab.asks_pin, lab.first_in, lab.free) == (False, False, ())
    assert site.policy.standing_age_ms == Policy().standing_age_ms


@pytest.mark.parametrize(
    ("hours", "what"),
    [
        ('["mon-fri 8-18"]', '"mon-fri 8-18" is not written as days and hours'),
        ('["mon-fri 08:00-18:00", "sat"]', '"sat" is not written as days and hours'),
        ('["lun-ven 08:00-18:00"]', '"lun" is no day of the week'),
        ('["mond 08:00-18:00"]', '"mond" is no day of the week (did you mean mon?)'),
        ('["mon- 08:00-18:00"]', '"" is no day of the week'),
        ('["mon 18:00-08:00"]', "ends before it begins; hours over midnight are written as two"),
        ('["mon 08:00-08:00"]', "ends before it begins"),
        ('["mon 08:00-24:30"]', '"24:30" is no time of the day'),
        ('["mon 08:60-09:00"]', '"08:60" is no time of the day'),
        ('"mon-fri 08:00-18:00"', "free must be a list of texts"),
        ("[8]", "free must be a text in quotes"),
        ("[" + '"mon 08:00-09:00",' * 51 + "]", "free has too many entries"),
    ],
)
def test_hours_that_cannot_be_read_are_named_with_how_they_are_written(tmp_path: Path, hours: str, what: str) -> None:
    path, line = edited_site(tmp_path, FREE, f"free = {hours}\n#")
    (mistake,) = check(path)
    assert what in mistake.what
    assert (mistake.line, mistake.severity) == (line, ERROR)
    assert ("at most 50" if "too many" in what else 'free = ["mon-fri 08:00-18:00"]') in mistake.instead


@pytest.mark.parametrize(
    ("days", "weekdays"),
    [
        ("mon", {0}),
        ("fri-mon", {4, 5, 6, 0}),
        ("mon,wed,fri", {0, 2, 4}),
        ("mon-sun", set(range(7))),
        ("MON-Tue", {0, 1}),
        ("mon-wed,tue-thu", {0, 1, 2, 3}),
    ],
)
def test_days_are_one_a_span_or_several(tmp_path: Path, days: str, weekdays: set[int]) -> None:
    path, _ = edited_site(tmp_path, FREE, f'free = ["{days}  09:00 - 12:00"]\n#')
    free = read_site_file(path).site.doors["entrance"].free
    assert {span.weekday for span in free} == weekdays
    assert len(free) == len(weekdays)


@pytest.mark.parametrize(
    ("old", "new", "what", "below"),
    [
        ('name = "Digital lab"\ncapacity = 16', 'name = "Lab"\nwhen_full = "refuse"', "and has no capacity", 1),
        ('passback = "soft"', 'passback = "of"', '"of" is no passback', 0),
        ('minor_from = "07:00"', 'minor_from = "21:00"', "from 21:00 to 21:00, which is never", 1),
        ('minor_until = "21:00"', 'minor_until = "07:00"', "from 07:00 to 07:00, which is never", 0),
        ('minor_until = "21:00"', 'minor_until = "24:01"', "minor_until is not written", 0),
        ('minor_from = "07:00"', "pin_tries = 0\n#", "pin_tries is out of bounds", 0),
        ('minor_from = "07:00"', "pin_tries = 1.5\n#", "pin_tries must be a whole number", 0),
        ('minor_from = "07:00"', "booking_age_d = 0.5\n#", "(0.5 d) is shorter than dated_age_d (1 d)", 0),
        ('minor_from = "07:00"', "standing_age_d = 2\n#", "(2 d) is shorter than booking_age_d (7 d)", 0),
        ("contact = true ", 'free = ["mon 08:00-09:00"]\ncontact = true\n#', "cannot hold it released", 0),
    ],
)
def test_what_contradicts_itself_is_named(tmp_path: Path, old: str, new: str, what: str, below: int) -> None:
    path, line = edited_site(tmp_path, old, new)
    (mistake,) = check(path)
    assert what in mistake.what
    assert (mistake.line, mistake.severity) == (line + below, ERROR)


def test_a_pin_at_a_makers_reader_is_warned_of(tmp_path: Path) -> None:
    path, line = edited_site(tmp_path, "# asks_pin = true", "asks_pin = true")
    assert check(path) == []
    path.write_text(path.read_text().replace('driver = "hubout"\nstands_for = "reader"\ndoor = "entrance"\n\n', MAKERS))
    mistake = next(one for one in check(path) if "PIN" in one.what)
    assert (mistake.line, mistake.severity) == (line, WARNING)
    assert 'door "entrance" asks for a PIN, and its tasmota reader "entrance-in" cannot send one' in mistake.what


def test_free_hours_of_a_door_without_a_lock_of_ours_are_warned_of(tmp_path: Path) -> None:
    new = 'free = ["mon 08:00-09:00"]\n#'
    path, line = edited_site(tmp_path, 'controller = "lab-lock"\n', f"{new}\n")
    path.write_text(
        path.read_text().replace('stands_for = "door"\ndoor = "lab-door"', 'stands_for = "contact"\ndoor = "lab-door"')
    )
    mistake = next(one for one in check(path) if "free hours" in one.what)
    assert (mistake.line, mistake.severity) == (line, WARNING)


def test_hard_anti_passback_without_an_out_reader_is_warned_of(tmp_path: Path) -> None:
    path, _ = edited_site(tmp_path, 'passback = "soft"', 'passback = "hard"')
    assert check(path) == []
    path, line = edited_site(tmp_path, "capacity = 16", 'passback = "hard"')
    (mistake,) = check(path)
    assert (mistake.line, mistake.severity) == (line, WARNING)
    assert 'door "lab-door" has no out-reader' in mistake.what
