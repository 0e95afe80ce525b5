"""Secrets that must be read again, sealed under a key that lies in the folder of the sites' keys, apart from the
database and its backups: whoever steals the database alone reads none of them.
"""

import hmac
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from registry.sites.keys import BadKey, write_secret

KEY_FILE = "accounts.secret"
"""No site's: theirs end in ``.key``."""


def seal(folder: Path, secret: bytes, at_ms: int) -> bytes:
    """A secret as it is kept. The first one makes the key. Raises BadKey."""
    with suppress(FileExistsError):
        write_secret(folder / KEY_FILE, Fernet.generate_key().decode())
    return _key(folder).encrypt_at_time(secret, at_ms // 1_000)


def unseal(folder: Path, sealed: bytes) -> bytes:
    """A secret that was sealed. Raises BadKey where it was under another key."""
    try:
        return _key(folder).decrypt(sealed)
    except InvalidToken as error:
        raise BadKey(f"{folder / KEY_FILE} is not the key of this database's secrets; put that one back.") from error


def tagged(folder: Path, text: str) -> str:
    """A text as a keyed hash: the same text gives the same, and without the key nobody finds it by trying. Makes the
    key where there is none. Raises BadKey.
    """
    seal(folder, b"", 0)
    return hmac.new((folder / KEY_FILE).read_bytes().strip(), text.encode(), sha256).hexdigest()


def _key(folder: Path) -> Fernet:
    path = folder / KEY_FILE
    try:
        return Fernet(path.read_bytes().strip())
    except (OSError, ValueError) as error:
        raise BadKey(f"{path} cannot be read as a key; put the registry's own back there.") from error
