"""How other threads reach the loop."""

import select
from threading import Thread

from access.events import KeeperLost, LockdownAsked
from gateway.wake import KEPT_AT_MOST, Wake


def ready(wake: Wake) -> bool:
    return bool(select.select([wake.fileno()], [], [], 0)[0])


def test_an_event_of_another_thread_wakes_the_loop_and_comes_once() -> None:
    wake = Wake()
    assert not ready(wake)
    thread = Thread(target=wake.post, args=(KeeperLost(),))
    thread.start()
    assert select.select([wake.fileno()], [], [], 5)[0]
    thread.join()
    wake.drain()
    assert not ready(wake)
    assert wake.taken() == [KeeperLost()]
    assert wake.taken() == []
    wake.close()


def test_many_wakings_are_one_and_never_block_whoever_wakes() -> None:
    wake = Wake()
    for _ in range(500_000):
        wake.up()
    assert ready(wake)
    wake.drain()
    assert not ready(wake)
    wake.close()


def test_what_waits_is_bounded_and_the_newest_stays() -> None:
    wake = Wake()
    for number in range(KEPT_AT_MOST + 5):
        wake.post(LockdownAsked(active=True, author=str(number), note=""))
    waiting = wake.taken()
    assert len(waiting) == KEPT_AT_MOST
    assert waiting[-1] == LockdownAsked(active=True, author=str(KEPT_AT_MOST + 4), note="")
    wake.close()


def test_a_thread_that_wakes_a_loop_that_has_ended_wakes_nobody() -> None:
    wake = Wake()
    wake.close()
    wake.post(KeeperLost())
