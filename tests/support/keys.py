"""Pages used by keys alone, as whoever has no mouse uses them."""

from playwright.sync_api import Page, expect

MOST_STOPS = 150


def to(page: Page, selector: str, *keys: str) -> None:
    """Press Tab until what a selector finds has the focus, then these keys."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            break
    else:
        raise AssertionError(f"Tab never came to {selector}")
    for key in keys:
        page.keyboard.press(key)


def goes(page: Page, selector: str, then: str) -> None:
    """Follow a link, or send a form, by Enter; wait until what comes is there."""
    to(page, selector, "Enter")
    expect(page.locator(then).first).to_be_visible()


def pressed(page: Page, selector: str, *keys: str) -> None:
    """Go to a control and use it by keys alone; that Tab reaches each in order is held for every page by itself."""
    first, *others = keys
    # Focus and key at once: a live page without scripts comes anew by itself.
    page.locator(selector).first.press(first)
    for key in others:
        page.keyboard.press(key)


def typed(page: Page, **fields: str) -> None:
    """Type into fields, by their ids, and send their form by Enter in the last."""
    for field, text in fields.items():
        page.focus(f"#{field}")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
