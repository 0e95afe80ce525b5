"""The signed file of revocations that is carried to a site without network: its form, its signature, what is wrong.

Two lines. The first is canonical JSON: for which site, of which version, who has lost what. The second is HMAC-SHA256
over the first, in hex, by a key that follows from the site's credential key, which the registry and that gateway alone
hold. So a file of another site, or one that somebody changed, is none. Reading is bounded in size and number.
"""

import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from access.codec import canonical
from access.denials import Denial, Origin

FORM = "hubout-revocations-1"
MOST = 20_000
MOST_BYTES = 2 * 1024 * 1024
PURPOSE = b"hubout revocations 1"
Listed = tuple[str, str, int]
"""What was denied, its id, and the version that says so."""


class BadRevocations(ValueError):
    """The file cannot be taken; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Revocations:
    """What the registry says at ``version`` of ``generation`` to one site; ``written_ms`` is when (Unix ms)."""

    site: str
    generation: str
    version: int
    written_ms: int
    denials: tuple[Listed, ...]

    @property
    def at(self) -> tuple[str, int]:
        """Its generation and version."""
        return self.generation, self.version

    def as_denials(self) -> tuple[Denial, ...]:
        """The denials as a gateway takes them."""
        return tuple(Denial(what, ident, Origin.USB, self.generation, version) for what, ident, version in self.denials)


def sign(revocations: Revocations, credential_key: bytes) -> bytes:
    """The file."""
    said = {
        "form": FORM,
        "site": revocations.site,
        "generation": revocations.generation,
        "version": revocations.version,
        "written_ms": revocations.written_ms,
        "denials": revocations.denials,
    }
    line = canonical(said)
    return line + b"\n" + _signature(line, credential_key).encode() + b"\n"


def read(raw: bytes, site: str, credential_key: bytes) -> Revocations:
    """What a file says to this site, after its signature was checked. Raises BadRevocations."""
    if len(raw) > MOST_BYTES:
        raise BadRevocations(f"it is larger than the {MOST_BYTES} bytes that a file of revocations has at most")
    line, newline, rest = raw.partition(b"\n")
    if not newline or not hmac.compare_digest(rest.strip(), _signature(line, credential_key).encode()):
        raise BadRevocations(
            "it is not signed for this site: it is another site's, or damaged, or not the registry's; have it written"
            f" anew for {site}"
        )
    said = _said(line)
    if said.get("form") != FORM or said.get("site") != site:
        raise BadRevocations(f"it is not a file of revocations for {site}; have it written anew")
    try:
        denials = tuple(_listed(said["denials"]))
        return Revocations(site, str(said["generation"]), int(said["version"]), int(said["written_ms"]), denials)
    except (KeyError, TypeError, ValueError) as error:
        raise BadRevocations("it was written by another version of this program; have it written anew") from error


def newer(revocations: Revocations, than: tuple[str, int]) -> None:
    """Raise BadRevocations where a site has taken this file, or a later one, already (``than``: the last it took)."""
    generation, version = than
    if revocations.generation == generation and revocations.version <= version:
        was = "taken already" if revocations.version == version else f"older than the one of version {version}"
        raise BadRevocations(f"it is of version {revocations.version}, and {was}; nothing was changed")


def _said(line: bytes) -> dict[str, Any]:
    said = json.loads(line)
    return said if isinstance(said, dict) else {}


def _listed(listed: Iterable[Any]) -> Iterable[Listed]:
    for number, (what, ident, version) in enumerate(listed):
        if number >= MOST or not isinstance(what, str) or not isinstance(ident, str) or not isinstance(version, int):
            raise ValueError
        yield what, ident, version


def _signature(line: bytes, credential_key: bytes) -> str:
    key = hmac.digest(credential_key, PURPOSE, sha256)
    return hmac.new(key, line, sha256).hexdigest()
