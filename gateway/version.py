"""Which version of this package runs, as the log and the registry name it."""

from functools import cache
from importlib.metadata import version


@cache
def software_version() -> str:
    """Its name and version; it is looked up once, and is not told otherwise by an update that lies on the disk."""
    return f"hubout {version('hubout')}"
