"""Reading a register as the user named it: CSV, Parquet, Delta or JDBC in, text columns out.

Every frame that leaves here has the contract's columns as text (empty is null), the extra columns
as received, and two marks that ingest alone uses: `UNREADABLE` and `ROW_NUMBER`.
"""

from jobs.sources.columns import as_text, marked
from jobs.sources.read import being_read, landed, opened
from jobs.sources.refusal import unreadable_refused

__all__ = ["as_text", "being_read", "landed", "marked", "opened", "unreadable_refused"]
