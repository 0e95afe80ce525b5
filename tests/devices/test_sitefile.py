"""The published example is read whole; what is left out gets its default; warnings do not keep a site from starting."""

import tomllib
from pathlib import Path

import pytest

from access.site import (
    Device,
    Direction,
    Door,
    ExitBy,
    GpioLines,
    LockSense,
    Passback,
    Policy,
    Proof,
    Rectangle,
    Room,
    StandsFor,
    UidForm,
    Zone,
)
from devices.sitefile import Severity, SiteFileError, check, read_site_file
from tests.support.sites import edited_site, example_site


@pytest.fixture
def example(tmp_path: Path) -> Path:
    return example_site(tmp_path)


def test_the_published_example_is_clean(example: Path) -> None:
    assert check(example) == []


def test_the_example_becomes_a_site(example: Path) -> None:
    site = read_site_file(example).site
    assert (site.id, site.name, site.timezone) == ("matera", "Hubout Matera", "Europe/Rome")
    assert list(site.zones.values()) == [
        Zone("hall", "Hall", 40, passback=Passback.SOFT, at=Rectangle(0, 0, 640, 400)),
        Zone("lab", "Digital lab", 16, at=Rectangle(640, 0, 320, 400)),
    ]
    assert site.rooms == {"meeting": Room("meeting", "Meeting room", "hall", Rectangle(20, 260, 220, 120))}
    assert site.doors["entrance"] == Door(
        id="entrance",
        name="Entrance",
        zone="hall",
        exit_by=ExitBy.HANDLE,
        sense=LockSense.FAIL_SECURE,
        pulse_ms=3_000,
        max_lease_ms=10_000,
        held_open_ms=30_000,
        proof=Proof.PROVED,
        gpio=GpioLines(lock=17, contact=27, rex=22),
        has_contact=True,
        first_in=True,
        x=320,
        y=400,
    )
    assert site.devices["entrance-out"] == Device(
        "entrance-out", "hubout", StandsFor.READER, "entrance", direction=Direction.OUT
    )
    assert site.devices["desk-02-sensor"].topic == "zigbee2mqtt/desk-02"


def test_every_door_desk_and_device_of_the_file_is_in_the_site_in_its_order(example: Path) -> None:
    raw, site = tomllib.loads(example.read_text()), read_site_file(example).site
    assert [door["id"] for door in raw["doors"]] == list(site.doors)
    assert [desk["id"] for desk in raw["desks"]] == list(site.desks)
    assert [device["id"] for device in raw["devices"]] == list(site.devices)


def test_relative_paths_start_at_the_files_folder_and_absolute_ones_stay(example: Path) -> None:
    settings = read_site_file(example)
    assert settings.broker.password_file == example.parent / "secrets" / "broker-password"
    assert settings.keys.credential_key_file == example.parent / "secrets" / "credential.key"
    assert settings.storage.directory == Path("/var/lib/hubout")


def test_a_relative_site_file_still_gives_absolute_paths(example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(example.parent)
    assert read_site_file(Path("site.toml")).pages.code_file.is_absolute()


def test_policy_units_are_milliseconds_and_what_is_left_out_keeps_its_default(tmp_path: Path) -> None:
    path, _ = edited_site(tmp_path, 'day_ends = "04:00"', 'day_ends = "05:30"\nmaker_silent_after_h = 0.5')
    policy = read_site_file(path).site.policy
    assert policy.day_ends_minute == 5 * 60 + 30
    assert policy.maker_silent_after_ms == 30 * 60_000
    assert (policy.grace_before_ms, policy.desk_hold_ms) == (15 * 60_000, 5 * 60_000)
    assert policy.tap_max_age_ms == Policy().tap_max_age_ms


def test_a_site_without_registry_keeper_live_or_policy_has_their_defaults(tmp_path: Path) -> None:
    path = example_site(tmp_path)
    kept = [
        part for part in path.read_text().split("\n[") if not part.startswith(("registry", "keeper", "live", "policy"))
    ]
    path.write_text("\n[".join(kept))
    settings = read_site_file(path)
    assert settings.registry is None
    assert settings.site.policy == Policy()
    assert not settings.live.publish
    assert (settings.keeper.socket, settings.keeper.pins) == (tmp_path / "keeper.sock", "lgpio")


@pytest.mark.parametrize(
    ("extra", "port"), [("", 1_883), ('ca_file = "secrets/pages-code"', 8_883), ("port = 11883", 11_883)]
)
def test_the_brokers_port_follows_from_tls_unless_it_is_given(tmp_path: Path, extra: str, port: int) -> None:
    path, _ = edited_site(tmp_path, 'host = "localhost"', f'host = "localhost"\n{extra}')
    assert read_site_file(path).broker.port == port


def test_the_gateways_client_id_names_its_site_unless_it_is_given(tmp_path: Path) -> None:
    assert read_site_file(example_site(tmp_path)).broker.client_id == "hubout-matera-gateway"
    path, _ = edited_site(tmp_path, "[broker]", '[broker]\nclient_id = "spare"')
    assert read_site_file(path).broker.client_id == "spare"


def test_a_contact_device_gives_its_door_a_contact(tmp_path: Path) -> None:
    device = '[[devices]]\nid = "c"\ndriver = "shelly"\ntopic = "s"\nstands_for = "contact"\ndoor = "lab-door"\n\n'
    path, _ = edited_site(tmp_path, "[broker]", f"{device}[broker]")
    path.write_text(path.read_text().replace("contact = true ", "# "))
    assert read_site_file(path).site.doors["lab-door"].has_contact


def test_a_door_without_any_contact_has_none(tmp_path: Path) -> None:
    path, _ = edited_site(tmp_path, "contact = 27", "")
    assert not read_site_file(path).site.doors["entrance"].has_contact


def test_a_makers_reader_keeps_its_topic_and_its_spelling_of_uids(tmp_path: Path) -> None:
    path, _ = edited_site(
        tmp_path, 'driver = "hubout"', 'driver = "tasmota"\ntopic = "tele/r/SENSOR"\nuid = "reversed"'
    )
    device = read_site_file(path).site.devices["entrance-in"]
    assert (device.topic, device.uid_form, device.native) == ("tele/r/SENSOR", UidForm.REVERSED, False)


def test_warnings_are_kept_and_do_not_keep_the_site_from_starting(tmp_path: Path) -> None:
    path, line = edited_site(tmp_path, 'freshness = "proved"', 'freshness = "unproved"')
    settings = read_site_file(path)
    assert [(w.line, w.severity) for w in settings.warnings] == [(line, Severity.WARNING)]
    assert settings.site.doors["entrance"].proof is Proof.UNPROVED


def test_windows_line_ends_change_nothing(example: Path) -> None:
    expected = read_site_file(example)
    example.write_bytes(example.read_bytes().replace(b"\n", b"\r\n"))
    assert read_site_file(example) == expected


def test_an_error_names_the_file_and_every_mistake(tmp_path: Path) -> None:
    path, line = edited_site(tmp_path, "capacity = 40", "capacity = 0")
    path.write_text(path.read_text().replace("lock = 17", "lock = 28"))
    with pytest.raises(SiteFileError) as caught:
        read_site_file(path)
    assert [mistake.line for mistake in caught.value.mistakes] == [line, line + 45]
    assert str(caught.value).startswith(f"{path} cannot be used: line {line}: error: capacity is out of bounds; write")


def test_a_file_that_is_not_there_is_one_mistake(tmp_path: Path) -> None:
    (mistake,) = check(tmp_path / "none.toml")
    assert "cannot be read" in mistake.what
    with pytest.raises(SiteFileError, match="cannot be read"):
        read_site_file(tmp_path / "none.toml")
