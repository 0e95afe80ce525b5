"""Doors that contradict themselves, their pins, their readers or their controllers."""

from pathlib import Path

import pytest

from devices.sitefile import Mistake, Severity, check
from tests.support.sites import edited_site


def only(folder: Path, old: str, new: str) -> tuple[Mistake, int]:
    """The one mistake of the example with ``old`` replaced, and how far below the replaced line it stands."""
    path, line = edited_site(folder, old, new)
    (mistake,) = check(path)
    return mistake, mistake.line - line


@pytest.mark.parametrize(
    ("pin", "owner"),
    [("contact = 17", 'lock of door "entrance"'), ("rex = 27", 'contact of door "entrance"')],
)
def test_two_lines_of_a_door_on_one_pin_are_named(tmp_path: Path, pin: str, owner: str) -> None:
    mistake, below = only(tmp_path, {"c": "contact = 27", "r": "rex = 22"}[pin[0]], pin)
    assert (mistake.what, below) == (f"pin {pin[-2:]} is already the {owner}", 0)


def test_two_doors_on_one_pin_are_named(tmp_path: Path) -> None:
    path, line = edited_site(tmp_path, 'controller = "lab-lock"\ncontact = true', "[doors.gpio]\nlock = 17\n#")
    mistake = check(path)[0]
    assert (mistake.what, mistake.line) == ('pin 17 is already the lock of door "entrance"', line + 1)


def test_the_fire_input_shares_its_pin_with_nothing(tmp_path: Path) -> None:
    mistake, below = only(tmp_path, "fire_pin = 5", "fire_pin = 22")
    assert (mistake.what, below) == ('pin 22 is already the rex of door "entrance"', 0)


def test_a_door_has_gpio_lines_or_a_controller_and_not_both(tmp_path: Path) -> None:
    mistake, below = only(tmp_path, "contact = true ", "contact = true\n[doors.gpio]\nlock = 4\n# ")
    assert (mistake.what, below) == ("the door has both GPIO lines and a controller", -1)


@pytest.mark.parametrize("how", ['exit = "reader"', "out_releases = true"])
def test_leaving_by_reader_needs_an_out_reader(tmp_path: Path, how: str) -> None:
    mistake, below = only(tmp_path, "contact = true ", f"contact = true\n{how}\n# ")
    assert mistake.what == 'people leave door "lab-door" by a reader, and it has no out-reader'
    assert below == 1


def test_leaving_by_reader_is_fine_with_an_out_reader(tmp_path: Path) -> None:
    path, _ = edited_site(tmp_path, 'exit = "handle"', 'exit = "reader"\nout_releases = true')
    assert check(path) == []


def test_a_lock_without_an_in_reader_is_a_warning(tmp_path: Path) -> None:
    mistake, _ = only(
        tmp_path, 'door = "lab-door"\n\n[[devices]]\nid = "desk', 'door = "entrance"\n\n[[devices]]\nid = "desk'
    )
    assert mistake.severity is Severity.WARNING
    assert mistake.what == 'no reader leads in at door "lab-door"'


def test_an_unproved_door_is_a_warning_that_names_its_guarantee(tmp_path: Path) -> None:
    mistake, below = only(tmp_path, 'freshness = "proved"', 'freshness = "unproved"')
    assert (mistake.severity, below) == (Severity.WARNING, 0)
    assert "guarantee D7" in mistake.what


def test_a_makers_out_reader_that_only_records_is_no_warning(tmp_path: Path) -> None:
    maker = 'driver = "tasmota"\ntopic = "t"\nstands_for = "reader"\ndoor = "entrance"\ndirection = "out"'
    old = 'driver = "hubout"\nstands_for = "reader"\ndoor = "entrance"\ndirection = "out"'
    assert check(edited_site(tmp_path, old, maker)[0]) == []


def test_a_makers_out_reader_that_releases_is_a_warning_where_proof_is_wanted(tmp_path: Path) -> None:
    maker = 'driver = "tasmota"\ntopic = "t"\nstands_for = "reader"\ndoor = "entrance"\ndirection = "out"'
    old = 'driver = "hubout"\nstands_for = "reader"\ndoor = "entrance"\ndirection = "out"'
    path, _ = edited_site(tmp_path, old, maker)
    path.write_text(path.read_text().replace('exit = "handle" ', 'exit = "reader"\nout_releases = true\n#'))
    (mistake,) = check(path)
    assert (mistake.severity, "answered wait" in mistake.what) == (Severity.WARNING, True)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('controller = "lab-lock"', 'controller = "lab-loc"', 'there is no device "lab-loc"'),
        ('controller = "lab-lock"', 'controller = "lab-in"', '"lab-in" is not the controller of this door'),
    ],
)
def test_a_controller_is_a_device_that_stands_for_its_door(tmp_path: Path, old: str, new: str, what: str) -> None:
    path, line = edited_site(tmp_path, old, new)
    mistakes = check(path)
    assert (mistakes[0].line, mistakes[0].what) == (line, what)
    assert mistakes[1].what == 'door "lab-door" is not driven by this device'


def test_a_contact_that_nothing_reports_is_named(tmp_path: Path) -> None:
    path, line = edited_site(tmp_path, "contact = 27", "")
    path.write_text(path.read_text().replace('exit = "handle" ', 'contact = true\nexit = "handle" '))
    (mistake,) = check(path)
    assert (mistake.line, mistake.what) == (line - 12, "nothing reports this door's contact")


def test_a_contact_that_is_denied_yet_wired_is_named(tmp_path: Path) -> None:
    mistake, below = only(tmp_path, 'exit = "handle"', 'contact = false\nexit = "handle"')
    assert (mistake.what, below) == ("contact is false, yet [doors.gpio] has a contact", 0)


def test_a_door_has_its_contact_on_a_pin_or_a_device_and_not_both(tmp_path: Path) -> None:
    device = '[[devices]]\nid = "c"\ndriver = "shelly"\ntopic = "s"\nstands_for = "contact"\ndoor = "entrance"\n\n'
    mistake, _ = only(tmp_path, "[broker]", f"{device}[broker]")
    assert mistake.what == "the door has a contact on a pin and a contact device"


def test_two_contact_devices_of_one_door_are_named(tmp_path: Path) -> None:
    device = '[[devices]]\nid = "{0}"\ndriver = "shelly"\ntopic = "{0}"\nstands_for = "contact"\ndoor = "lab-door"\n\n'
    mistake, _ = only(tmp_path, "[broker]", f"{device.format('c1')}{device.format('c2')}[broker]")
    assert mistake.what == 'the door "lab-door" is already that of device "c1"'
