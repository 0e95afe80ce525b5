"""What a registry is started with, and what its parts share in one process: nothing that another process needs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pages.limiter import Limiter
from registry import clock
from registry.accounts.openid_file import Provider
from registry.accounts.used import Used
from registry.database import Database
from registry.downlink.applied import Noted
from registry.downlink.replicas import Replicas
from registry.guard.glances import Glances
from registry.sites.keys import Keys
from registry.uplink.intake import Bounds


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one process: a request's size and time, each credential's requests, and all gateways' appends."""

    body_bytes: int = 1024 * 1024
    body_s: float = 30.0
    rate_per_s: float = 200.0
    burst: int = 400
    appends: Bounds = field(default_factory=Bounds)


@dataclass(frozen=True, slots=True)
class Settings:
    """The database's URL, the folder of site keys, the bounds and the clocks; ``second_for`` are the roles that sign in
    with a second step, ``openid`` is the identity provider that people may sign in by. ``public_url`` is where people
    find the centre's pages (``https://…``, without a slash at its end; "" nobody has said it): papers say it.
    """

    database_url: str
    keys_dir: Path
    limits: Limits = Limits()
    wall_ms: Callable[[], int] = clock.wall_ms
    mono_s: Callable[[], float] = clock.mono_s
    second_for: frozenset[str] = frozenset()
    openid: Provider | None = None
    public_url: str = ""


GUESSES_OF_ONE, GUESSES_IN_ALL, NAMES_KEPT = 10, 1_000, 10_000


def guesses() -> Limiter:
    """Nobody has guessed wrong yet."""
    return Limiter(GUESSES_OF_ONE, GUESSES_IN_ALL, NAMES_KEPT)


@dataclass(frozen=True, slots=True)
class Shared:
    """What the requests of one process share; ``by_login`` counts wrong guesses, wherever they are made."""

    settings: Settings
    database: Database
    keys: Keys
    noted: Noted
    used: Used
    glances: Glances = field(default_factory=Glances)
    replicas: Replicas = field(default_factory=Replicas)
    by_login: Limiter = field(default_factory=guesses)
