"""A device's connection to a broker that says what no broker should: a file of it was damaged, and it started."""

import socket
from contextlib import closing

from firmware_sim.happenings import Connected
from firmware_sim.radio import Broker, Radio, Trouble
from tests.support.parts import wait_until

GREETED = b"\x20\x03\x00\x00\x00"
NO_TEXT = b"\x30\x07\x00\x02\xff\xfe\x00{}"
NO_MESSAGE = b"\x30\x0b\x00\x06site/x\x00{}"


def test_a_message_whose_topic_is_no_text_is_told_and_the_connection_goes_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        radio = Radio(Broker(*server.getsockname()), "matera", "front-in")
        radio.connect(b"")
        accepted, _ = server.accept()
        with closing(accepted):
            accepted.sendall(GREETED + NO_TEXT + NO_MESSAGE)

            def heard() -> bool:
                radio.read()
                return sum(isinstance(one, Trouble) for one in radio.inbox) == 2

            wait_until(heard, "both to be told")
            told = [one.sentence for one in radio.inbox if isinstance(one, Trouble)]
            assert "topic is no text" in told[0]
            assert "site/x cannot be used" in told[1]
            assert any(isinstance(one, Connected) for one in radio.inbox)
            radio.cut()
