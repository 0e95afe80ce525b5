"""The demo's set-up on disk: a registry with both sites, their people and bookings, and each site's files."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from access.site import Site
from devices.sitefile import SiteFile, read_site_file
from devices.sitefile_settings import FEED_SOCKET
from hubout.demo.places import KEEPER_SOCKET, PLACES, STATE, Place, Ports, write_site
from registry.setup import Registry

SILENT_AFTER_S = 12 * 60 * 60
"""Twelve hours of the site's day: heartbeats come every real minute, and a minute may be most of the day."""
KEYS_DIR = "registry-keys"
CODE = "demo-{site}-code"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where everything of a demo lies; ``files`` are the site files by site."""

    folder: Path
    database_url: str
    files: Mapping[str, Path]
    settings: Mapping[str, SiteFile]

    @property
    def keys(self) -> Path:
        """The registry's folder of site keys."""
        return self.folder / KEYS_DIR

    def site(self, site: str) -> Site:
        """A site as its file describes it."""
        return self.settings[site].site

    def log_of(self, site: str) -> Path:
        """A gateway's log."""
        return self.settings[site].storage.directory / "log.db"

    def pins_of(self, site: str) -> Path:
        """A site's mock pins."""
        return self.files[site].parent / "pins"


def set_up(folder: Path, ports: Mapping[str, Ports]) -> tuple[Stage, Registry]:
    """Make the registry's database, both sites in it, and each site's folder; the registry is left open."""
    url = f"sqlite:///{folder / 'registry.db'}"
    registry = Registry(url, folder / KEYS_DIR)
    files = {place.id: _site(folder, place, ports[place.id], registry) for place in PLACES}
    return Stage(folder, url, files, {site: read_site_file(path) for site, path in files.items()}), registry


def _site(folder: Path, place: Place, ports: Ports, registry: Registry) -> Path:
    home = folder / place.id
    path = write_site(home, place, ports, SILENT_AFTER_S)
    registry.add_site(place.id, place.name, municipality=place.municipality).write(home / "secrets")
    code = home / "secrets" / "pages-code"
    code.write_text(staff_code(place.id), encoding="ascii")
    code.chmod(0o600)
    return path


def registry_arguments(stage: Stage, port: int) -> list[str]:
    """How the demo starts its registry: papers say where it is found, as those of a real one do."""
    where = ["--port", str(port), "--public-url", f"http://127.0.0.1:{port}"]
    return ["registry", "--database", stage.database_url, "--keys", str(stage.keys), *where]


def longest_socket_bytes(folder: Path) -> int:
    """How many bytes the longest path of a site's socket has where the demo lies in this folder."""
    homes = (folder.absolute() / place.id for place in PLACES)
    return max(len(os.fsencode(home / name)) for home in homes for name in (KEEPER_SOCKET, f"{STATE}/{FEED_SOCKET}"))


def staff_code(site: str) -> str:
    """The demo's code for a site's live page; a real one is drawn by chance."""
    return CODE.format(site=site)
