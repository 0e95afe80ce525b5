"""Who may speak to the doorkeeper: its own user, its group and root; nobody else, though somebody opened the way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from devices import keeper_wire as wire
from devices.doorkeeper.client import ask_once
from tests.support.keepers import FIRE, MAIN_LOCK, RunningKeeper, keeper_config, running_keeper, wait_until

STRANGER, THEIR_GROUP = 65_534, 65_534
ANSWERED, TURNED_AWAY, NO_WAY_IN = "answered", "turned away", "no way in"
KNOCKING = """
import os, socket, sys
path, uid, gid, groups = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
os.setgroups([int(group) for group in groups.split(",") if group])
os.setgid(gid)
os.setuid(uid)
with socket.socket(socket.AF_UNIX) as knocking:
    knocking.settimeout(10)
    try:
        knocking.connect(path)
        knocking.sendall(b'{"type":"hello","v":%d,"run":"stranger"}' % int(sys.argv[5]) + bytes([10]))
        print("answered" if knocking.recv(100) else "turned away")
    except PermissionError:
        print("no way in")
    except ConnectionError:
        print("turned away")
"""

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def knock(keeper: RunningKeeper, uid: int, gid: int, groups: str = "") -> str:
    """What comes of a user's speaking to the keeper."""
    words = [str(keeper.config.socket), str(uid), str(gid), groups, str(wire.VERSION)]
    done = subprocess.run(
        [sys.executable, "-c", KNOCKING, *words], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.strip()


def opened(keeper: RunningKeeper) -> None:
    """Let everybody in as far as modes go, as a careless hand might."""
    wait_until(keeper.config.socket.exists, "the socket")
    keeper.config.socket.chmod(0o777)
    for folder in (keeper.config.socket.parent, *keeper.config.socket.parent.parents[:3]):
        folder.chmod(0o755)


def test_the_modes_of_the_socket_keep_a_stranger_out(tmp_path: Path) -> None:
    with running_keeper(keeper_config(tmp_path)) as keeper:
        opened(keeper)
        keeper.config.socket.chmod(0o660)
        assert knock(keeper, STRANGER, THEIR_GROUP) == NO_WAY_IN


def test_a_stranger_whom_the_modes_let_in_is_turned_away_unheard_and_the_gateway_served(tmp_path: Path) -> None:
    with running_keeper(keeper_config(tmp_path)) as keeper:
        opened(keeper)
        assert [knock(keeper, STRANGER, THEIR_GROUP) for _ in range(3)] == [TURNED_AWAY] * 3
        state = ask_once(keeper.config.socket, wire.AskState(), 10_000)
        assert isinstance(state, wire.Welcome)
        assert state.gateway == ""
        assert keeper.board.releases(MAIN_LOCK) == 0
        keeper.stop()
        assert keeper.errors().count("not of the doorkeeper's group") == 2, "the first and the second, not the third"


@pytest.mark.parametrize(("gid", "groups"), [(os.getegid(), ""), (THEIR_GROUP, f"7,{os.getegid()}")])
def test_a_member_of_its_group_is_heard_by_their_first_group_or_another(tmp_path: Path, gid: int, groups: str) -> None:
    with running_keeper(keeper_config(tmp_path)) as keeper:
        opened(keeper)
        assert knock(keeper, STRANGER, gid, groups) == ANSWERED


def test_fire_opens_while_strangers_knock(tmp_path: Path) -> None:
    with running_keeper(keeper_config(tmp_path)) as keeper:
        opened(keeper)
        knock(keeper, STRANGER, THEIR_GROUP)
        keeper.board.set_input(FIRE, level=True)
        wait_until(lambda: keeper.board.level(MAIN_LOCK), "the door released")
