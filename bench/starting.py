"""The programs of one site under measurement, and how long a gateway takes from its start to its first decision."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.clock import holds_within, mono_ns, wall_ms
from bench.memory import children, resident_mb
from bench.place import Place, write_place
from bench.population import Size, fill
from bench.processes import Process, Processes
from bench.taps import Readers
from bench.trouble import CannotMeasure
from bench.visitor import is_ready
from hubout.ports import free_port

STARTS_WITHIN_S = 120.0
LAST_WORDS_NS = 200_000_000


@dataclass(frozen=True, slots=True)
class Running:
    """A site's gateway with readers at its doors; ``first_decision_s`` from its process's start."""

    place: Place
    gateway: Process
    readers: Readers
    first_decision_s: float

    def memory_mb(self) -> float:
        """The gateway's own process."""
        return resident_mb(self.gateway.pid)

    def demand_pages(self) -> None:
        """Go on once the site's pages show it. Raises CannotMeasure."""
        if not holds_within(lambda: is_ready(self.place.pages_port), STARTS_WITHIN_S):
            raise CannotMeasure(f"the site's pages did not start; the gateway said: {self.gateway.words()}")

    def pages_mb(self) -> float:
        """The site's pages, a process apart."""
        return round(sum(resident_mb(pid) for pid in children(self.gateway.pid)), 1)


def prepared(folder: Path, size: Size, port: int, desks: int) -> Place:
    """A site's folder whose gateway will find its replica there."""
    place = write_place(folder, port, free_port(), desks)
    fill(place.state, size, place.key, wall_ms())
    return place


def start_site(stack: ExitStack, processes: Processes, place: Place, size: Size, port: int) -> Running:
    """Start doorkeeper and gateway, and let one booked person tap as soon as a beacon was heard."""
    _start_doorkeeper(processes, place)
    readers = Readers(place, size, port)
    stack.enter_context(readers.client)
    return start_gateway(processes, place, readers)


def start_gateway(processes: Processes, place: Place, readers: Readers) -> Running:
    """Start the gateway alone, and time its first decision."""
    # Hear out what an earlier gateway still said: its beacons prove nothing to this one.
    readers.client.serve_until(mono_ns() + LAST_WORDS_NS)
    readers.beacons = 0
    start_ns = mono_ns()
    gateway = processes.python(f"{_name(place)}-gateway", "hubout", "gateway", "--config", str(place.site_file))
    readers.client.until(lambda: gateway.ended or readers.beacons > 0, STARTS_WITHIN_S)
    if gateway.ended or not readers.beacons:
        raise CannotMeasure(f"the gateway sent no beacon; it said: {gateway.words()}")
    readers.tap(0)
    return Running(place, gateway, readers, round((mono_ns() - start_ns) / 1e9, 3))


def _start_doorkeeper(processes: Processes, place: Place) -> None:
    doorkeeper = processes.python(
        f"{_name(place)}-doorkeeper", "hubout", "doorkeeper", "--config", str(place.site_file)
    )
    socket = place.site_file.parent / "keeper.sock"
    if not holds_within(lambda: doorkeeper.ended or socket.exists(), STARTS_WITHIN_S) or doorkeeper.ended:
        raise CannotMeasure(f"the doorkeeper did not start; it said: {doorkeeper.words()}")


def _name(place: Place) -> str:
    return place.site_file.parent.name
