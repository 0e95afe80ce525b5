"""The systemd units: what each says so that a door is secured whatever ends, and what systemd makes of it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.house import ROOT

DEPLOY = ROOT / "deploy"
UNITS = ("hubout-doorkeeper", "hubout-gateway", "hubout-registry")
PROGRAM = "/opt/hubout/.venv/bin/hubout"
Settings = dict[str, list[str]]

BOUNDED = {"Restart": "always", "StartLimitIntervalSec": "0", "NoNewPrivileges": "yes"}
SHUT_IN = dict.fromkeys(
    (
        "ProtectHome",
        "ProtectKernelTunables",
        "ProtectKernelModules",
        "ProtectKernelLogs",
        "ProtectControlGroups",
        "ProtectHostname",
        "PrivateTmp",
        "PrivateMounts",
        "RestrictNamespaces",
        "RestrictRealtime",
        "RestrictSUIDSGID",
        "LockPersonality",
        "RemoveIPC",
    ),
    "yes",
) | {"ProtectSystem": "strict", "ProtectProc": "invisible", "SystemCallArchitectures": "native"}
MUST: dict[str, dict[str, str]] = {
    "hubout-doorkeeper": {
        "Type": "notify",
        "WatchdogSec": "5",
        "ExecStart": f"{PROGRAM} doorkeeper --config /etc/hubout/site.toml",
        "ExecStopPost": f"{PROGRAM} doorkeeper --config /etc/hubout/site.toml --secure",
        "RestartSec": "100ms",
        "KillMode": "mixed",
        "User": "hubout-keeper",
        "UMask": "0027",
        "RuntimeDirectoryMode": "0750",
        "StateDirectoryMode": "0750",
        "OOMScoreAdjust": "-900",
        "Nice": "-10",
        "CPUWeight": "10000",
        "CapabilityBoundingSet": "",
        "PrivateNetwork": "yes",
        "IPAddressDeny": "any",
        "RestrictAddressFamilies": "AF_UNIX",
        "DevicePolicy": "closed",
        "DeviceAllow": "char-gpiochip rw",
        "ProtectClock": "yes",
    },
    "hubout-gateway": {
        "Type": "notify",
        "WatchdogSec": "10",
        "SupplementaryGroups": "hubout-keeper",
        "StateDirectoryMode": "0700",
        "UMask": "0077",
        "CapabilityBoundingSet": "CAP_SYS_TIME",
        "AmbientCapabilities": "CAP_SYS_TIME",
        "PrivateDevices": "yes",
    },
    "hubout-registry": {
        "StateDirectoryMode": "0700",
        "UMask": "0077",
        "CapabilityBoundingSet": "",
        "PrivateDevices": "yes",
        "ProtectClock": "yes",
    },
}
MOST_EXPOSED = {"hubout-doorkeeper": 0.9, "hubout-gateway": 2.2, "hubout-registry": 1.6}
"""What ``systemd-analyze security`` may find at most, out of 10."""
systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="this machine has no systemd-analyze")


def read(unit: str) -> Settings:
    """Each setting of a unit with its values, in their order."""
    found: Settings = {}
    for line in (DEPLOY / f"{unit}.service").read_text(encoding="utf-8").splitlines():
        if line and line[0] not in "#[":
            name, equals, value = line.partition("=")
            assert equals, line
            found.setdefault(name, []).append(value)
    return found


def lacking(unit: str, settings: Settings) -> dict[str, list[str]]:
    """The settings that a unit must have and has not, or has otherwise, with what it says."""
    wanted = BOUNDED | SHUT_IN | MUST[unit]
    return {name: settings.get(name, []) for name, value in wanted.items() if settings.get(name) != [value]}


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_says_what_it_must(unit: str) -> None:
    assert lacking(unit, read(unit)) == {}


@pytest.mark.parametrize("name", sorted(BOUNDED | SHUT_IN | MUST["hubout-doorkeeper"]))
def test_a_setting_that_is_left_out_or_weakened_is_found(name: str) -> None:
    settings = read("hubout-doorkeeper")
    assert name in lacking("hubout-doorkeeper", {**settings, name: ["no"]})
    del settings[name]
    assert list(lacking("hubout-doorkeeper", settings)) == [name]


@pytest.mark.parametrize("unit", UNITS)
def test_memory_tasks_and_system_calls_are_bounded(unit: str) -> None:
    settings = read(unit)
    assert re.fullmatch(r"[1-9]\d{1,2}M", settings["MemoryMax"][0])
    assert 0 < int(settings["TasksMax"][0]) <= 128
    assert settings["SystemCallFilter"][0].split()[0] == "@system-service"
    assert settings["SystemCallErrorNumber"] == ["EPERM"]


def test_a_stick_is_read_and_nothing_on_it_is_ever_run() -> None:
    settings = read("hubout-revoke@")
    wanted = {**SHUT_IN, "Type": "oneshot", "User": "hubout", "PrivateNetwork": "yes", "CapabilityBoundingSet": ""}
    del wanted["PrivateMounts"]  # The mount is made outside, for the program to see.
    assert {name: settings.get(name) for name in wanted} == {name: [value] for name, value in wanted.items()}
    (mounted,) = settings["ExecStartPre"]
    assert "-o ro,nosuid,nodev,noexec " in mounted
    assert settings["ExecStart"][0].startswith(f"{PROGRAM} revoke /run/{settings['RuntimeDirectory'][0]}/")
    (rule,) = [line for line in (DEPLOY / "90-hubout-revocations.rules").read_text().splitlines() if line[:1] != "#"]
    assert 'ENV{SYSTEMD_WANTS}+="hubout-revoke@%k.service"' in rule


def test_only_the_doorkeeper_reaches_a_device_and_only_the_lines() -> None:
    assert [unit for unit in UNITS if "DeviceAllow" in read(unit)] == ["hubout-doorkeeper"]


def test_the_gateway_may_do_what_the_clock_needs_and_the_doorkeeper_may_not() -> None:
    assert "@clock" in read("hubout-gateway")["SystemCallFilter"][0]
    assert not any("@clock" in value for value in read("hubout-doorkeeper")["SystemCallFilter"])


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """The units, with a program that this machine has in place of one that is installed later."""
    for unit in UNITS:
        text = (DEPLOY / f"{unit}.service").read_text(encoding="utf-8")
        (tmp_path / f"{unit}.service").write_text(text.replace(PROGRAM, "/bin/true"))
    return tmp_path


def analyze(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, check=False, timeout=60)


@systemd
@pytest.mark.parametrize("unit", UNITS)
def test_systemd_reads_a_unit_without_a_word(here: Path, unit: str) -> None:
    done = analyze("verify", "--man=no", str(here / f"{unit}.service"))
    assert (done.returncode, [line for line in done.stderr.splitlines() if unit in line]) == (0, [])


@systemd
def test_systemd_has_a_word_for_a_setting_that_there_is_not(here: Path) -> None:
    unit = here / "hubout-gateway.service"
    unit.write_text(unit.read_text().replace("WatchdogSec=", "WatchdogSecs="))
    assert "WatchdogSecs" in analyze("verify", "--man=no", str(unit)).stderr


@systemd
@pytest.mark.parametrize("unit", UNITS)
def test_systemd_finds_a_unit_no_more_exposed_than_this(here: Path, unit: str) -> None:
    most = round(MOST_EXPOSED[unit] * 10)
    done = analyze("security", "--offline=true", f"--threshold={most}", str(here / f"{unit}.service"))
    assert done.returncode == 0, done.stdout.splitlines()[-1]
