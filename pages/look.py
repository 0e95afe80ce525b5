"""The look that both web faces share: one Jinja environment over the shared templates and a face's own."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from access.hours import local
from pages.assets import Assets
from pages.icons import sprite
from pages.languages import LANGUAGES, Words

SHARED = ("pages", "templates")
SHARED_WORDS = ("pages", "words")


def environment(own: tuple[str, str], assets: Assets, icons: Iterable[str]) -> Environment:
    """Templates of ``own`` (package, folder) over the shared ones. Everything is escaped; an unknown name is an error.

    ``icons`` are the design system's that this face uses.
    """
    look = Environment(
        loader=ChoiceLoader([PackageLoader(*own), PackageLoader(*SHARED)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    look.globals.update(
        asset=assets.url,
        languages=LANGUAGES,
        sprite=Markup(sprite(icons)),  # noqa: S704 -- cut from the design system's own package, no input of anybody
    )
    return look


def moment(words: Words, at_ms: int, now_ms: int, zone: ZoneInfo) -> str:
    """A time as people of the site read it: the hour today, with the day otherwise."""
    at, today = local(at_ms, zone), local(now_ms, zone)
    hour = words.hour(at)
    return hour if at.date() == today.date() else words("time.other_day", day=words.day(at), hour=hour)


def day(words: Words, at_ms: int, zone: ZoneInfo) -> str:
    """A moment's day in full."""
    return words.date(local(at_ms, zone).date())
