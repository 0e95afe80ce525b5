"""``hubout decode``: one line in, one line out, whatever the line."""

import json

import pytest
from click.testing import CliRunner

from hubout.cli import hubout
from hubout.cmd_decode import LONGEST_LINE_BYTES, as_json, command, decode_line
from tests.support.messages import DRIVER_OF_FAMILY, messages

TAP = {"topic": "tele/rfid/SENSOR", "payload": '{"RC522":{"UID":"BA839D07"}}', "stands_for": "reader"}
TAPPED = {"readings": [{"kind": "tap", "uid": "BA839D07"}]}


def decoded(line: object, driver: str | None = None) -> dict[str, object]:
    text = line if isinstance(line, bytes) else json.dumps(line).encode()
    answer: dict[str, object] = json.loads(as_json(decode_line(text, driver)))
    return answer


READINGS = [
    (TAP, [{"kind": "tap", "uid": "BA839D07"}]),
    (
        {"topic": "zigbee2mqtt/d", "payload": '{"occupancy":null,"battery":85}', "stands_for": "desk-sensor"},
        [{"kind": "presence", "present": None}, {"kind": "battery", "percent": 85}],
    ),
    (
        {"topic": "zigbee2mqtt/d", "payload": '{"contact":true}', "stands_for": "contact"},
        [{"kind": "contact", "open": False}],
    ),
    (
        {"topic": "s/events/rpc", "payload": {"method": "NotifyStatus", "params": {"presence": {"num_objects": 2}}},
         "stands_for": "people-counter"},
        [{"kind": "people", "count": 2}],
    ),
    (
        {"topic": "tele/x/LWT", "payload": "Offline", "stands_for": "reader"},
        [{"kind": "link", "online": False}],
    ),
    ({"topic": "tele/x/LWT", "payload": "Online"}, [{"kind": "link", "online": True}]),
    ({"topic": "tele/x/LWT", "payload": "Online", "stands_for": None}, [{"kind": "link", "online": True}]),
    (TAP | {"qos": 1, "retain": True, "note": "what else stands there"}, [{"kind": "tap", "uid": "BA839D07"}]),
    (TAP | {"payload": {"RC522": {"UID": "BA839D07"}}}, [{"kind": "tap", "uid": "BA839D07"}]),
    ({"topic": "s/online", "payload": True, "stands_for": "contact"}, [{"kind": "link", "online": True}]),
    ({"topic": "rdm6300/tag", "payload": 7616525, "stands_for": "reader"}, [{"kind": "tap", "uid": "0074380D"}]),
]  # fmt: skip


@pytest.mark.parametrize(("line", "readings"), READINGS)
def test_readings_are_written_as_published(line: dict[str, object], readings: list[object]) -> None:
    assert decoded(line) == {"readings": readings}


REJECTED = [
    (b"", "not JSON"),
    (b"\n", "not JSON"),
    (b"hello", "not JSON"),
    (b"[1,2]", "not JSON"),
    (b"7", "not JSON"),
    (b"\xff\xfe{}", "not JSON"),
    (b"[" * 50_000, "not JSON"),
    (b'{"topic":"t","payload":' + b"9" * 5_000 + b"}", "not JSON"),
    ({}, "topic"),
    ({"topic": 7, "payload": "x"}, "topic"),
    ({"payload": "x"}, "topic"),
    ({"topic": "tele/x/LWT"}, "payload"),
    ({"topic": "tele/x/LWT", "payload": None}, "payload"),
    (TAP | {"stands_for": "toaster"}, "stands_for"),
    (TAP | {"stands_for": 7}, "stands_for"),
    (TAP | {"stands_for": ["reader"]}, "stands_for"),
    (TAP | {"payload": "{"}, "JSON"),
    (TAP | {"payload": "\udcff"}, "UTF-8"),
    (TAP | {"payload": "x" * 70_000}, "65536"),
    (TAP | {"payload": "x" * 1_000_000, "topic": "some/where"}, "65536"),
    (TAP | {"payload": '{"RC522":{"UID":"token UID"}}'}, "hexadecimal"),
]


@pytest.mark.parametrize(("line", "word"), REJECTED, ids=range(len(REJECTED)))
def test_a_line_that_cannot_be_used_is_rejected_with_its_reason(line: object, word: str) -> None:
    answer = decoded(line)
    assert list(answer) == ["rejected"]
    assert word in str(answer["rejected"])


def test_a_message_that_nobody_reads_is_ignored() -> None:
    assert "no driver" in str(decoded({"topic": "weather/roof", "payload": "3"})["ignored"])


def test_a_named_driver_is_not_guessed() -> None:
    line = {"topic": "cards", "payload": '{"type":"access","uid":"ba839d07"}', "stands_for": "reader"}
    assert list(decoded(line)) == ["ignored"]
    assert decoded(line, "esp-rfid") == TAPPED


def run(text: str | bytes, *arguments: str) -> tuple[int, list[dict[str, object]], str]:
    result = CliRunner().invoke(command, list(arguments), input=text)
    answers = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    return result.exit_code, answers, result.output


def test_each_line_has_its_answer_in_order() -> None:
    lines = [json.dumps(TAP), "hello", "", json.dumps(TAP | {"topic": "weather/roof"}), json.dumps(TAP)]
    code, answers, _ = run("\n".join(lines))
    assert code == 0
    assert [next(iter(one)) for one in answers] == ["readings", "rejected", "rejected", "ignored", "readings"]
    assert answers[0] == answers[-1] == TAPPED


def test_a_line_without_end_is_passed_over_and_the_next_is_read() -> None:
    endless = b"x" * (2 * LONGEST_LINE_BYTES + 17)
    exactly = b"y" * (LONGEST_LINE_BYTES - 1)
    code, answers, _ = run(b"\n".join([endless, exactly, json.dumps(TAP).encode()]))
    assert code == 0
    assert [next(iter(one)) for one in answers] == ["rejected", "rejected", "readings"]
    assert "longer" in str(answers[0]["rejected"])


def test_an_endless_last_line_is_answered_too() -> None:
    assert [next(iter(one)) for one in run(b"x" * (LONGEST_LINE_BYTES + 1))[1]] == ["rejected"]


def test_no_input_gives_no_output() -> None:
    assert run("") == (0, [], "")


def test_an_unknown_driver_is_wrong_use() -> None:
    code, _, output = run("", "--driver", "toaster")
    assert code == 2
    assert "toaster" in output
    assert "tasmota" in output


def test_help_shows_an_example() -> None:
    _, _, output = run("", "--help")
    assert "Example:" in output


def test_the_command_is_found_by_its_group() -> None:
    result = CliRunner().invoke(hubout, ["decode"], input=json.dumps(TAP))
    assert json.loads(result.stdout) == TAPPED


def test_every_real_message_gets_an_answer_with_and_without_its_driver() -> None:
    for message in messages().values():
        line = {"topic": message.topic, "payload": message.payload.decode()}
        for driver in (None, DRIVER_OF_FAMILY.get(message.family)):
            assert next(iter(decoded(line, driver))) in {"readings", "ignored", "rejected"}


def test_no_pin_of_a_keypad_is_ever_printed() -> None:
    keypads = [one for one in messages().values() if b'"action_code":"1234"' in one.payload]
    assert keypads
    for message in keypads:
        for role in ("reader", "desk-sensor", "contact", "people-counter", None):
            line = {"topic": message.topic, "payload": message.payload.decode(), "stands_for": role}
            assert "1234" not in json.dumps(decoded(line))
            assert "1234" not in json.dumps(decoded(line, "zigbee2mqtt"))
