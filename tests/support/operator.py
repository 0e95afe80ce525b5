"""The registry of a whole site, asked over HTTP as its operator asks."""

import httpx

from tests.support.whole_site import WholeSite


def at(site: WholeSite) -> str:
    """The registry's address."""
    return f"http://127.0.0.1:{site.registry_port}"


def asked(site: WholeSite, method: str, path: str, body: object = None) -> httpx.Response:
    """Ask at a path, whatever the answer."""
    headers = {"Authorization": f"Bearer {site.operator}"}
    return httpx.request(method, f"{at(site)}{path}", json=body, headers=headers, timeout=60)
