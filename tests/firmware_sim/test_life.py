"""Births, wills, beacons, heartbeats, batteries and lost networks, as transcripts of one device."""

from itertools import pairwise

from access.freshness import Heard
from devices.wire_messages import Ack, Beacon, Heartbeat, Presence, Status
from firmware_sim.battery import Battery
from firmware_sim.desk_sensor import DeskSensor
from firmware_sim.happenings import (
    BatterySet,
    CardShown,
    Connected,
    ConnectionLost,
    PowerCut,
    PowerOn,
    SeatLeft,
    SeatTaken,
    Ticked,
    WifiBack,
    WifiLost,
)
from firmware_sim.people_counter import PeopleCounter
from firmware_sim.reader import Reader
from tests.support.firmware_bench import BOOT, BOOT_2, Bench, lines, on_bench, said

CARD = CardShown("04A1B2C3D4E580")


def test_a_device_is_born_says_what_waited_and_its_level() -> None:
    bench = Bench(DeskSensor(taken=True), battery=Battery())
    assert lines(bench.do(PowerOn(BOOT))) == ["connect, will status state=offline conn=1 battery_pct=100"]
    assert lines(bench.do(Connected())) == [
        "status state=online conn=1 battery_pct=100",
        "presence seq=1 present=true battery_pct=100",
        "heartbeat last_seq=1 present=true battery_pct=100",
    ]


def test_will_and_birth_of_one_connection_carry_the_same_boot_and_conn() -> None:
    bench = Bench(Reader())
    bench.do(PowerOn(BOOT), Connected(), ConnectionLost())
    bench.pass_ms(2_000)
    bench.do(Connected())
    births = said(bench.done, "status")
    wills = [line for line in lines(bench.done) if line.startswith("connect")]
    assert [(birth.boot, birth.conn) for birth in births if isinstance(birth, Status)] == [(BOOT, 1), (BOOT, 2)]
    assert wills == [
        "connect, will status state=offline conn=1",
        "connect, will status state=offline conn=2",
    ]


def test_a_connection_that_was_never_given_is_asked_for_again_under_the_same_conn() -> None:
    bench = Bench(Reader())
    bench.do(PowerOn(BOOT), ConnectionLost())
    assert lines(bench.pass_ms(1_000)) == ["connect, will status state=offline conn=1"]


def test_a_lost_connection_is_asked_for_later_and_later_up_to_a_minute() -> None:
    bench, waits_ms = Bench(Reader()), list[int]()
    bench.do(PowerOn(BOOT))
    for _ in range(10):
        before_ms = bench.now_ms
        bench.do(ConnectionLost())
        while not (lines(bench.pass_ms(50))):
            pass
        waits_ms.append(bench.now_ms - before_ms)
    assert waits_ms[:4] == [750, 1_500, 3_000, 6_000]
    assert max(waits_ms) == 45_000
    bench.do(Connected(), ConnectionLost())
    assert lines(bench.pass_ms(750)) == ["connect, will status state=offline conn=2"]


def test_chance_spreads_a_fleet_that_lost_its_broker() -> None:
    waits_ms = set()
    for chance in (0.0, 0.25, 0.5, 0.99):
        bench = Bench(Reader())
        bench.chance = chance
        bench.do(PowerOn(BOOT), Connected(), ConnectionLost())
        waits_ms.add(bench.device.alive.link.retry_due_ms - bench.now_ms)
    assert len(waits_ms) == 4
    assert min(waits_ms) == 500


def test_an_event_tells_the_last_beacon_and_how_long_ago_it_came() -> None:
    bench = Bench(DeskSensor())
    bench.do(PowerOn(BOOT), Connected())
    bench.pass_ms(300)
    bench.told(Beacon("one"))
    bench.pass_ms(1_234)
    (message,) = said(bench.do(SeatTaken()))
    assert message == Presence(BOOT, 2, 1_534, Heard("one", 1_234), present=True)


def test_before_a_beacon_an_event_tells_that_none_was_heard() -> None:
    bench = Bench(Reader())
    bench.do(PowerOn(BOOT), Connected())
    (tap,) = said(bench.do(CARD), "tap")
    assert getattr(tap, "heard", "missing") is None


def test_a_retained_beacon_is_no_beacon() -> None:
    bench = Bench(Reader())
    bench.do(PowerOn(BOOT), Connected())
    assert lines(bench.told(Beacon("kept"), retained=True)) == ["refused retained"]
    assert bench.device.alive.heard(bench.now_ms) is None


def test_heard_is_written_when_the_event_happens_and_a_resend_is_byte_identical() -> None:
    bench = on_bench(DeskSensor())
    first = bench.do(SeatTaken())
    bench.told(Beacon("later"))
    again = [doing for doing in bench.pass_ms(3_000) if doing in first]
    assert again == first


def test_an_unanswered_message_is_sent_again_after_2_s_doubling_to_60_s() -> None:
    bench = on_bench(DeskSensor())
    begun_ms = bench.now_ms
    first = bench.do(SeatTaken())
    sent_ms = [bench.now_ms - begun_ms for _ in range(2_000) if first[0] in bench.pass_ms(200)]
    spans_ms = [late - early for early, late in pairwise([0, *sent_ms])]
    assert spans_ms[:5] == [2_000, 4_000, 8_000, 16_000, 32_000]
    assert set(spans_ms[5:]) == {60_000}


def test_an_answered_message_is_not_sent_again() -> None:
    bench = on_bench(DeskSensor())
    bench.do(SeatTaken(), SeatLeft())
    bench.told(Ack(BOOT, 2))
    assert lines(bench.pass_ms(2_500)) == ["presence seq=3 present=false"]
    bench.told(Ack(BOOT, 3))
    assert "presence" not in " ".join(lines(bench.pass_ms(120_000)))


def test_an_answer_to_another_boot_answers_nothing() -> None:
    bench = on_bench(DeskSensor())
    bench.do(SeatTaken())
    bench.told(Ack(BOOT_2, 9))
    assert [waiting.seq for waiting in bench.device.alive.outbox.waiting] == [2]


def test_what_happened_without_a_network_is_said_in_order_on_the_next_connection() -> None:
    bench = on_bench(DeskSensor())
    assert lines(bench.do(WifiLost())) == ["cut"]
    assert bench.do(SeatTaken(), SeatLeft()) == []
    bench.pass_ms(600_000)
    assert lines(bench.do(WifiBack())) == ["connect, will status state=offline conn=2"]
    assert lines(bench.do(Connected())) == [
        "status state=online conn=2",
        "presence seq=2 present=true",
        "presence seq=3 present=false",
        "heartbeat last_seq=3 present=false",
    ]


def test_without_wifi_nothing_is_tried() -> None:
    bench = Bench(Reader())
    bench.do(WifiLost(), PowerOn(BOOT))
    assert bench.pass_ms(100_000) == []
    assert lines(bench.do(WifiLost(), ConnectionLost(), WifiBack())) == ["connect, will status state=offline conn=1"]
    assert bench.do(WifiBack()) == []


def test_a_heartbeat_is_sent_every_minute_after_a_first_by_chance() -> None:
    bench = Bench(PeopleCounter())
    bench.chance = 0.25
    bench.on()
    bench.done.clear()
    bench.pass_ms(200_000)
    beats = [message for message in said(bench.done) if isinstance(message, Heartbeat)]
    assert [beat.uptime_ms for beat in beats] == [15_000, 75_000, 135_000, 195_000]
    assert beats[0].heard == Heard("beacon-1", 15_000)
    assert (beats[0].last_seq, beats[0].present, beats[0].open) == (0, None, None)


def test_a_reboot_forgets_everything_but_the_world() -> None:
    bench = on_bench(DeskSensor())
    bench.do(SeatTaken(), PowerCut(), SeatLeft(), SeatTaken())
    bench.pass_ms(5_000)
    assert lines(bench.do(PowerOn(BOOT_2), Connected())) == [
        "connect, will status state=offline conn=1",
        "status state=online conn=1",
        "presence seq=1 present=true",
        "heartbeat last_seq=1 present=true",
    ]
    assert bench.device.alive.boot == BOOT_2
    assert bench.device.alive.heard(bench.now_ms) is None


def test_power_on_while_on_is_a_reboot() -> None:
    bench = on_bench(Reader())
    assert lines(bench.do(PowerOn(BOOT_2)))[:2] == ["show idle", "cut"]
    assert bench.device.alive.boot == BOOT_2


def test_a_device_that_is_off_does_nothing() -> None:
    bench = Bench(Reader())
    assert bench.do(CARD, Connected(), ConnectionLost(), Ticked(), PowerCut(), WifiLost(), WifiBack()) == []
    assert bench.told(Beacon("b")) == []
    assert bench.device.life is None


def test_a_battery_drains_with_time_and_words_and_a_flat_one_ends_the_device_without_a_goodbye() -> None:
    bench = on_bench(DeskSensor(), Battery(charge_ppm=20_000, per_hour_ppm=10_000, per_message_ppm=100))
    bench.do(SeatTaken())
    bench.pass_ms(3_600_000)
    reported = [m.battery_pct or 0 for m in said(bench.done) if isinstance(m, Heartbeat)]
    assert sorted(reported, reverse=True) == reported
    assert reported[-1] == 0
    bench.pass_ms(3_600_000)
    assert lines(bench.done)[-1] == "cut"
    assert bench.device.life is None
    assert bench.do(PowerOn(BOOT_2)) == []
    assert lines(bench.do(BatterySet(100), PowerOn(BOOT_2))) == [
        "connect, will status state=offline conn=1 battery_pct=100"
    ]


def test_a_battery_told_flat_ends_the_device() -> None:
    bench = on_bench(DeskSensor(), Battery())
    assert lines(bench.do(BatterySet(0))) == ["cut"]


def test_a_device_on_the_mains_has_no_battery_to_tell_of() -> None:
    bench = on_bench(Reader())
    assert bench.do(BatterySet(3)) == []
    assert all(getattr(m, "battery_pct", None) is None for m in said(bench.pass_ms(70_000)))
