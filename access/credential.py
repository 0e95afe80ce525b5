"""What a card is to us: a keyed hash of its UID, and for a stranger's card only a daily tag.

The raw UID never enters the core, the log or a table (guarantees P2, P3): the shell hashes it where it is read.
"""

from hashlib import sha256
from hmac import digest

from access.clock import DAY_MS

UID_BYTES = range(3, 11)
"""Lengths we take: Wiegand's 3 bytes, ISO 14443-3's 4, 7 and 10, and EM4100's 5."""
KEY_BYTES = 32
NONCE_BYTES = 16


class BadUid(ValueError):
    """The text is no UID; the message never repeats it."""


def canonical(uid: str) -> bytes:
    """The one form of a UID: its bytes in ISO 14443-3 order, from hex of either case.

    Raises BadUid for anything but 3 to 10 whole bytes of hex.
    """
    try:
        raw = bytes.fromhex(uid)
    except ValueError:
        raise BadUid("a UID is written in hex, two digits a byte") from None
    if len(raw) not in UID_BYTES or len(uid) != 2 * len(raw):
        raise BadUid("a UID has 3 to 10 bytes of hex and no separators")
    return raw


def keyed_hash(key: bytes, uid: str) -> bytes:
    """The credential: 32 bytes, HMAC-SHA256 of the canonical UID under the site's key."""
    return digest(key, b"hubout credential 1\0" + canonical(uid), sha256)


def pin_hash(key: bytes, credential: bytes, pin: str) -> bytes:
    """A PIN as a site knows it: 32 bytes, HMAC-SHA256 of it with the card's credential under the site's key.

    Four digits are no secret to whoever has the key; it tells a wrong PIN from a right one, and stands in no log.
    """
    return digest(key, b"hubout pin 1\0" + credential + pin.encode(), sha256)


def daily_tag(key: bytes, uid: str, wall_ms: int) -> str:
    """Eight hex digits that tell two taps of one stranger's card apart from two cards, for one UTC day (P2)."""
    day = (wall_ms // DAY_MS).to_bytes(8, "big", signed=True)
    return digest(key, b"hubout stranger 1\0" + day + canonical(uid), sha256)[:4].hex()


def is_random_uid(uid: str) -> bool:
    """Whether the UID is a phone's, new at every tap (four bytes beginning 08): never to be enrolled."""
    raw = canonical(uid)
    return len(raw) == 4 and raw[0] == 0x08


def sealed(key: bytes, uid: str, nonce: bytes) -> bytes:
    """A UID that only the site's key opens, for a badge that is enrolled: ``nonce`` and the UID under a pad of it."""
    raw = canonical(uid)
    return nonce + _padded(key, raw, nonce)


def unsealed(key: bytes, text: bytes) -> str:
    """The UID in what ``sealed`` gave. Raises BadUid; whether it is the right one, its ``keyed_hash`` shows."""
    return canonical(_padded(key, text[NONCE_BYTES:], text[:NONCE_BYTES]).hex()).hex().upper()


def _padded(key: bytes, raw: bytes, nonce: bytes) -> bytes:
    pad = digest(key, b"hubout sealed uid 1\0" + nonce, sha256)
    return bytes(one ^ other for one, other in zip(raw, pad, strict=False))
