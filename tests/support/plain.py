"""What clients of an address without TLS need of TLS."""

from ssl import PROTOCOL_TLS_CLIENT, SSLContext

PLAIN = SSLContext(PROTOCOL_TLS_CLIENT)
"""It trusts nobody. A client makes one of its own otherwise, with the world's authorities: dearer than a request."""
