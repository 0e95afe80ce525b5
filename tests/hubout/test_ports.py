import socket
from pathlib import Path

import pytest

from hubout import ports
from hubout.ports import HOST, free_port


def kernels_range() -> tuple[int, int]:
    first, last = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()
    return int(first), int(last)


def test_a_free_port_is_none_that_an_outgoing_connection_could_be_given() -> None:
    first, last = kernels_range()
    assert not any(first <= free_port() <= last for _ in range(50))


def test_it_can_be_listened_on() -> None:
    with socket.socket() as listener:
        listener.bind((HOST, free_port()))
        listener.listen()


def test_a_port_in_use_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = kernels_range()
    with socket.socket() as taken:
        at = free_port()
        taken.bind((HOST, at))
        taken.listen()
        draws = iter([first - 1 - at, first - 1 - at, 0, 1, 2, 3])
        monkeypatch.setattr("hubout.ports.secrets.randbelow", lambda _: next(draws))
        assert free_port() != at


@pytest.mark.parametrize("said", ["1024\t65535\n", "", "many few"])
def test_where_the_kernel_keeps_no_ports_apart_it_gives_one_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    (tmp_path / "range").write_text(said)
    monkeypatch.setattr(ports, "LOCAL_RANGE", tmp_path / "range")
    assert free_port() > ports.RESERVED


def test_none_free_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = kernels_range()
    with socket.socket() as taken:
        at = free_port()
        taken.bind((HOST, at))
        taken.listen()
        monkeypatch.setattr("hubout.ports.secrets.randbelow", lambda _: first - 1 - at)
        with pytest.raises(OSError, match="none is free"):
            free_port()
