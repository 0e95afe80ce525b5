"""Topics are four parts of known shape, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.wire_messages import LEAF_OF
from devices.wire_topics import (
    SAID_LEAVES,
    TOLD_LEAVES,
    BadTopic,
    Topic,
    beacon_topic,
    parse_topic,
    said_filter,
    topic,
)

IDS = st.from_regex(r"[a-z0-9-]{1,32}", fullmatch=True).filter(lambda ident: ident not in {"gateway", "live"})


@given(IDS, IDS, st.sampled_from(sorted(SAID_LEAVES | TOLD_LEAVES)))
def test_a_topic_is_read_back_as_it_was_built(site: str, device: str, leaf: str) -> None:
    text = topic(site, device, leaf)
    assert parse_topic(text) == Topic(site, device, leaf)
    assert str(Topic(site, device, leaf)) == text


def test_the_beacon_has_its_own_topic() -> None:
    assert beacon_topic("matera") == "hubout/matera/gateway/beacon"
    assert parse_topic("hubout/matera/gateway/beacon") == Topic("matera", "gateway", "beacon")


def test_one_subscription_hears_a_leaf_of_all_devices() -> None:
    assert said_filter("matera", "tap") == "hubout/matera/+/tap"


def test_every_message_has_a_leaf_of_the_topics() -> None:
    assert set(LEAF_OF.values()) == SAID_LEAVES | TOLD_LEAVES | {"beacon"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hubout",
        "hubout/matera/reader-1",
        "hubout/matera/reader-1/tap/x",
        "Hubout/matera/reader-1/tap",
        "hubout/Matera/reader-1/tap",
        "hubout/matera/reader_1/tap",
        "hubout/matera//tap",
        "hubout/matera/reader-1\n/tap",
        "hubout/matera/reader-1/knock",
        "hubout/matera/reader-1/beacon",
        "hubout/matera/gateway/tap",
        "hubout/matera/" + "r" * 33 + "/tap",
        "/" * 60_000,
    ],
)
def test_what_is_no_topic_is_refused(text: str) -> None:
    with pytest.raises(BadTopic, match=r"hubout|ids|last part"):
        parse_topic(text)
