"""The history of the tables, as Alembic migrations: one module in `versions` for each version.

A migration may read and write data, but knows nothing of `tables`, which goes on changing.
"""

from typing import Final

HEAD: Final = "0004"
"""The version that this Repose reads and writes."""
