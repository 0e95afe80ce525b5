"""Desk sensors and people counters, as transcripts."""

from firmware_sim.desk_sensor import DeskSensor
from firmware_sim.happenings import CardTaken, Connected, PowerOn, SeatLeft, SeatTaken, Walked
from firmware_sim.people_counter import PeopleCounter
from tests.support.firmware_bench import BOOT, Bench, lines, on_bench


def test_a_sensor_says_each_change_once() -> None:
    bench = on_bench(DeskSensor(taken=False))
    assert lines(bench.do(SeatTaken(), SeatTaken(), SeatLeft(), SeatLeft(), CardTaken())) == [
        "presence seq=2 present=true",
        "presence seq=3 present=false",
    ]


def test_a_sensor_that_has_no_reading_yet_says_that_it_does_not_know() -> None:
    bench = Bench(DeskSensor())
    bench.do(PowerOn(BOOT))
    assert lines(bench.do(Connected()))[1:] == ["presence seq=1 present=null", "heartbeat last_seq=1"]
    assert lines(bench.do(SeatLeft())) == ["presence seq=2 present=false"]


def test_a_counter_says_what_walked_past() -> None:
    bench = on_bench(PeopleCounter())
    assert lines(bench.do(Walked(2, 0), Walked(0, 1), SeatTaken())) == [
        "count seq=1 entered=2 left=0",
        "count seq=2 entered=0 left=1",
    ]
