"""The demo's set-up on disk: a registry with both sites, their people and bookings, and each site's files."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from access.site import Site
from devices.sitefile import SiteFile, read_site_file
from hubout.demo.places import PLACES, Place, Ports, write_site
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
    registry.add_site(place.id, place.name).write(home / "secrets")
    code = home / "secrets" / "pages-code"
    code.write_text(staff_code(place.id), encoding="ascii")
    code.chmod(0o600)
    return path


def staff_code(site: str) -> str:
    """The demo's code for a site's live page; a real one is drawn by chance."""
    return CODE.format(site=site)
