"""A lock on a network controller: it is told its own boot, a rising number and a time after which to refuse."""

from access.effects import CommandPulse
from tests.support.core_site import at, begun
from tests.support.transcript import Player, play


def test_a_controller_that_has_not_spoken_gets_no_command() -> None:
    play("""
        >> +0 tap store-in sara
        << log device store-in online
        << log store grants sara: standing
        << log grant-lapsed 1-3 store the lock's controller has not said its boot and uptime yet
        << answer store-in 1 wait known
    """)


def test_a_command_names_the_boot_and_ends_two_seconds_after_the_clock_it_last_told() -> None:
    play("""
        >> +0 status lock online conn=7
        << log device lock online
        >> +0 heartbeat lock open no uptime=5000
        >> +400 tap store-in sara
        << log device store-in online
        << log store grants sara: standing
        << command lock b1 1/4 until 7400
        << answer store-in 1 granted known
        >> +1000 tap store-in sara
        << log store grants sara: standing
        << command lock b1 1/5 until 8400
        << answer store-in 2 granted known
    """)


def test_numbers_rise_across_a_restart_of_the_gateway() -> None:
    first = Player()
    for line in ("heartbeat lock open no", "tap store-in sara"):
        first.do(line)
    again = Player(begun(seq=first.state.seq, now=at(0)))
    for line in ("heartbeat lock open no", "tap store-in sara"):
        again.do(line)
    before, after = (next(e.n for e in p.effects if isinstance(e, CommandPulse)) for p in (first, again))
    assert after > before


def test_a_new_boot_is_commanded_as_soon_as_it_speaks() -> None:
    played = play("""
        >> +0 status lock online conn=7
        << log device lock online
        >> +0 heartbeat lock open no uptime=900000
        >> +100 heartbeat lock open no uptime=50 boot=b2 last=0
        >> +0 status lock online boot=b2 conn=1
        >> +200 tap store-in sara
        << log device store-in online
        << log store grants sara: standing
        << command lock b2 1/4 until 2250
        << answer store-in 1 granted known
    """)
    assert played.state.devices["lock"].conn == 1


def test_a_birth_forgets_the_clock_of_the_boot_before() -> None:
    play("""
        >> +0 status lock online
        << log device lock online
        >> +0 heartbeat lock open no
        >> +0 status lock online boot=b2
        >> +0 tap store-in sara
        << log device store-in online
        << log store grants sara: standing
        << log grant-lapsed 1-4 store the lock's controller has not said its boot and uptime yet
        << answer store-in 1 wait known
    """)


def test_what_comes_late_does_not_set_the_clock_back() -> None:
    play("""
        >> +0 heartbeat lock open no uptime=5000
        << log device lock online
        >> +1000 heartbeat lock open no uptime=5500
        >> +0 contact lock shut unheard
        >> +0 tap store-in sara
        << log device store-in online
        << log store grants sara: standing
        << command lock b1 1/4 until 8000
        << answer store-in 1 granted known
    """)


def test_an_exit_asked_at_the_controller_tells_its_clock_too() -> None:
    play("""
        >> +0 exit-request lock
        << log device lock online
        >> +500 tap store-in sara
        << log device store-in online
        << log store grants sara: standing
        << command lock b1 1/4 until 102500
        << answer store-in 1 granted known
    """)


def test_a_controller_that_could_not_be_reached_lapses_the_grant() -> None:
    play("""
        >> +0 heartbeat lock open no
        << log device lock online
        >> +0 tap store-in sara
        << log device store-in online
        << log store grants sara: standing
        << command lock b1 1/4 until 102000
        << answer store-in 1 granted known
        >> +10 lease-refused store unreachable grant=1-4
        << log grant-lapsed 1-4 store unreachable
        >> +1000 contact lock open
        << log door store open forced ~store ~hall
        >> +0 lease-refused nowhere unreachable grant=1-4
    """)
