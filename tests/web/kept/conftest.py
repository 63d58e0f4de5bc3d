"""A store, the server over it, and who is let in; modules that need another store make their own."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from repose.sessions.sql_store import SqlStore
from tests.kept import kept_store
from tests.web.kept.kept_pages import Kept, kept_pages


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    made = kept_store(tmp_path)
    yield made
    made.close()


@pytest.fixture
def kept(store: SqlStore) -> Iterator[Kept]:
    with kept_pages(store) as running:
        yield running


@pytest.fixture
def client(kept: Kept) -> Iterator[httpx.Client]:
    with kept.client() as let_in:
        yield let_in
