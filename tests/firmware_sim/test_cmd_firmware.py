"""``hubout firmware``, a real process: it runs a site's devices, follows its input and its script, and ends."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from devices.wire import encode
from devices.wire_messages import Feedback, TapRef
from hubout.ports import free_port
from tests.support.mosquitto import Mosquitto
from tests.support.mqtt import Heard, Peer
from tests.support.sites import example_site

ENDS_WITHIN_S = 120
CARD = "04A1B2C3D4E580"


def site_file(folder: Path, port: int) -> Path:
    path = example_site(folder)
    path.write_text(path.read_text().replace('host = "localhost"\n', f'host = "127.0.0.1"\nport = {port}\n'))
    return path


@contextmanager
def firmware(config: Path, *arguments: str | Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "hubout", "firmware", "--config", config, *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as running:
        try:
            yield running
        finally:
            running.kill()


def is_tap(heard: Heard) -> bool:
    return heard.topic == "hubout/matera/entrance-in/tap"


def test_a_typed_tap_reaches_the_broker_and_its_answer_is_printed_without_the_card(tmp_path: Path) -> None:
    with (
        Mosquitto(tmp_path) as broker,
        Peer(broker.port, "hubout/#") as hub,
        firmware(site_file(tmp_path, broker.port)) as running,
    ):
        assert running.stdin is not None
        hub.wait_until(lambda: sum(heard.topic.endswith("/status") for heard in hub.heard) == 5, "five births")
        running.stdin.write(f"help\ntap entrance-in {CARD}\nnonsense\n")
        running.stdin.flush()
        tap = json.loads(hub.wait_for(is_tap, "the tap").payload)
        assert tap["uid"] == CARD
        answer = Feedback(TapRef(tap["boot"], tap["seq"]), "granted", "Benvenuta")
        hub.say("hubout/matera/entrance-in/feedback", encode(answer))
        hub.wait_until(lambda: sum(map(is_tap, hub.heard)) > 1, "the tap once more, since nobody acknowledged it")
        printed, errors = running.communicate("quit\n", timeout=ENDS_WITHIN_S)
        assert running.returncode == 0
    assert printed.startswith("5 devices of matera: entrance-in, ")
    assert re.search(r"\d\.\d{3} entrance-in: shows granted: Benvenuta\n", printed)
    assert "tap READER UID [PIN]" in printed
    assert "'nonsense' is none of tap" in errors
    assert CARD not in printed + errors


def test_a_script_is_played_and_the_program_ends_in_time_though_its_input_stays_open(tmp_path: Path) -> None:
    script = tmp_path / "day.txt"
    script.write_text("# a short day\n0.2 sit desk-01\n0.4 leave desk-01\n0.1 power desk-01\n")
    with Mosquitto(tmp_path) as broker, Peer(broker.port, "hubout/matera/desk-01-sensor/presence") as hub:
        with firmware(site_file(tmp_path, broker.port), "--day", script, "--for", "3") as running:
            assert running.wait(ENDS_WITHIN_S) == 0
        boots = {json.loads(heard.payload)["boot"] for heard in hub.heard}
        assert len(boots) == 2


def test_it_ends_in_order_on_a_signal_and_tells_of_a_broker_that_is_not_there(tmp_path: Path) -> None:
    with firmware(site_file(tmp_path, free_port())) as running:
        assert running.stdout is not None
        said = [running.stdout.readline() for _ in range(2)]
        running.send_signal(signal.SIGTERM)
        assert running.wait(ENDS_WITHIN_S) == 0
    assert "no broker at 127.0.0.1" in said[1]


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("--day", "1 sit desk-99", r"file:1: this site has no simulated desk-sensor"),
        ("--day", "# ok\nsoon sit desk-01", "file:2: 'soon' is no number of seconds"),
        ("--day", "-1 sit desk-01", "no number of seconds"),
        ("--day", "nan sit desk-01", "no number of seconds"),
        ("--day", "\udcff", "not UTF-8"),
        ("--day", " " * ((1 << 20) + 1), "larger than 1 MiB"),
        ("--passwords", "entrance-in", "file:1: write DEVICE:PASSWORD"),
    ],
)
def test_a_wrong_file_is_one_sentence_and_exit_2(tmp_path: Path, file: str, text: str, says: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with firmware(site_file(tmp_path, 1883), file, path) as running:
        _, errors = running.communicate(timeout=ENDS_WITHIN_S)
        assert running.returncode == 2
    assert re.search(says, errors)
    assert errors.count("\n") == 1


def test_a_site_without_native_devices_is_one_sentence_and_exit_2(tmp_path: Path) -> None:
    path = site_file(tmp_path, 1883)
    text = path.read_text()
    start, end = text.index("[[devices]]"), text.index("[broker]")
    text = text[:start].replace('controller = "lab-lock"\ncontact = true', "") + text[end:]
    path.write_text(text)
    with firmware(path) as running:
        _, errors = running.communicate(timeout=ENDS_WITHIN_S)
    assert "nothing to simulate" in errors or "cannot be used" in errors
    assert running.returncode == 2
