"""The way into service: docs/install.md has people do what the units, the broker's settings and the example want."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.support import documents as docs
from tests.support.house import ROOT
from tests.support.sites import EXAMPLE, SECRETS

INSTALL = docs.text_of(docs.DOCS / "install.md")
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
HOME = "/opt/hubout/"
THERE_ALREADY = {"gpio"}
"""Groups that Raspberry Pi OS has."""


def settings(unit: Path, name: str) -> list[str]:
    """The words of every such setting of a unit."""
    found = re.findall(rf"^{name}=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
    return [word for value in found for word in value.split()]


def made_users() -> set[str]:
    return set(re.findall(r"useradd .* ([\w-]+)$", INSTALL, re.MULTILINE))


def broker_setting(name: str) -> str:
    found = re.search(rf"^{name} (\S+)$", (DEPLOY / "mosquitto.conf").read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None
    return found[1]


STARTED = [unit for unit in UNITS if not unit.stem.endswith("@")]


def test_there_are_three_units_and_one_for_sticks() -> None:
    assert [unit.stem for unit in STARTED] == ["hubout-doorkeeper", "hubout-gateway", "hubout-registry"]
    assert [unit.stem for unit in UNITS if unit not in STARTED] == ["hubout-revoke@"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: str(unit.stem))
def test_whom_a_unit_runs_as_is_made_before(unit: Path) -> None:
    assert set(settings(unit, "User") + settings(unit, "SupplementaryGroups")) <= made_users() | THERE_ALREADY


@pytest.mark.parametrize("unit", STARTED, ids=lambda unit: str(unit.stem))
def test_a_unit_is_copied_and_started(unit: Path) -> None:
    assert f"{HOME}deploy/{unit.name}" in INSTALL
    assert re.search(rf"systemctl enable --now .*{unit.stem}\b", INSTALL)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: str(unit.stem))
def test_what_a_unit_runs_is_a_command_with_options_that_it_has(unit: Path) -> None:
    lines = re.findall(r"^Exec\w+=\S*/(hubout .*)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
    assert lines
    assert all(docs.is_right(line, docs.subcommands()) for line in lines)


def test_the_registrys_first_start_by_hand_is_on_what_its_unit_runs_on() -> None:
    command = " ".join(settings(DEPLOY / "hubout-registry.service", "ExecStart"))
    assert f"sudo -u hubout-registry {command.removeprefix(f'{HOME}.venv/bin/')}\n" in INSTALL


def test_every_file_that_is_copied_from_the_project_is_in_it() -> None:
    named = re.findall(rf"{HOME}([\w/.@-]*\w)", INSTALL)
    assert [name for name in named if not name.startswith(".venv/") and not (ROOT / name).exists()] == []
    assert len(named) > 5


def test_the_brokers_rules_and_passwords_are_put_where_its_settings_look() -> None:
    assert f"{HOME}deploy/acl {broker_setting('acl_file')}\n" in INSTALL
    passwords = broker_setting("password_file")
    assert f"mosquitto_passwd -c {passwords} gateway" in INSTALL
    # Mosquitto reads it as its own user, and a file of root's alone stops it.
    assert f"chown mosquitto {passwords}" in INSTALL


def test_every_secret_that_the_example_names_is_installed_where_the_example_looks() -> None:
    site = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    named = [value for table in site.values() if isinstance(table, dict) for value in table.values()]
    assert sorted(str(value) for value in named if str(value).startswith("secrets/")) == sorted(
        f"secrets/{name}" for name in SECRETS
    )
    installed = " ".join(re.findall(r"install -o hubout -g hubout -m 0600 (.*)", INSTALL))
    assert [name for name in SECRETS if name not in installed] == []
    assert "/etc/hubout/secrets/" in installed


def test_the_folders_of_the_example_are_those_that_the_units_may_write() -> None:
    site = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    state = {f"/var/lib/{name}" for unit in UNITS for name in settings(unit, "StateDirectory")}
    runtime = {f"/run/{name}" for unit in UNITS for name in settings(unit, "RuntimeDirectory")}
    assert {site["storage"]["directory"], site["keeper"]["state_directory"]} <= state
    assert str(Path(site["keeper"]["socket"]).parent) in runtime


def test_no_bearer_of_a_secret_is_asked_to_write_it_on_a_command_line() -> None:
    assert "mosquitto_passwd -b" not in INSTALL
    assert re.search(r"--token|--password", INSTALL) is None
