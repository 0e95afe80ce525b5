"""The navigation of the centre, used as people do: a group is opened, and the page in it chosen."""

from playwright.sync_api import Page


def choose(page: Page, path: str) -> None:
    """Go to a page by the navigation."""
    link = page.locator(f"nav.hub-nav a[href='{path}']")
    if not link.is_visible():
        page.locator("nav.hub-nav details", has=page.locator(f"a[href='{path}']")).locator("summary").click()
    link.click()
