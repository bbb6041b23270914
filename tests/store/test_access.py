"""The access log keeps who saw which client, as it was written."""

from datetime import UTC, datetime

from app.store.access import Access, AccessLog
from app.store.database import connect


def test_an_access_keeps_whom_the_name_stands_for(tmp_path):
    log = AccessLog.open(connect(f"sqlite:///{tmp_path / 'store.sqlite'}"))
    at = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    seen = Access(at, "Ada", "officer", "page client", 100_002, "3-1f0c9a2b", "0" * 16, "https://id.example|17")
    log.write([seen])
    (kept,) = log.of(100_002)
    assert (kept.who, kept.person) == ("Ada", "https://id.example|17")
