"""Local days, as operators send them."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

FIRST_YEAR, LAST_YEAR = 1900, 2199


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"a day lies between the years {FIRST_YEAR} and {LAST_YEAR}")
    return text


Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_day)]
"""An ISO date."""
