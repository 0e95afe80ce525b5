"""What a registry is started with, and what its parts share in one process: nothing that another process needs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from registry import clock
from registry.applied import Noted
from registry.database import Database
from registry.glances import Glances
from registry.intake import Bounds
from registry.keys import Keys
from registry.openid_file import Provider
from registry.replicas import Replicas
from registry.used import Used


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
    with a second step, ``openid`` is the identity provider that people may sign in by.
    """

    database_url: str
    keys_dir: Path
    limits: Limits = Limits()
    wall_ms: Callable[[], int] = clock.wall_ms
    mono_s: Callable[[], float] = clock.mono_s
    second_for: frozenset[str] = frozenset()
    openid: Provider | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """What the requests of one process share."""

    settings: Settings
    database: Database
    keys: Keys
    noted: Noted
    used: Used
    glances: Glances = field(default_factory=Glances)
    replicas: Replicas = field(default_factory=Replicas)
