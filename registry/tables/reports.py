"""The table of the funder's reports that were published. They name nobody; who published one is in the audit
trail. A row is never changed.
"""

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from registry.tables.base import METADATA, Base


class ReportRow(Base, table=True):
    """The report of a ``period``, as it was published; ``body`` is ``registry.reports.report`` in JSON."""

    __tablename__ = "report"
    period: str = Field(primary_key=True)
    made_ms: int = Field(sa_type=BigInteger)
    body: str = Field(sa_type=Text)


report = METADATA.tables["report"]
