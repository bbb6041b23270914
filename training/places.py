"""Where a command reads and writes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Places:
    """Where a run writes. Nothing there changes until everything before it went well."""

    store: Path = Path("model_store")
    portfolio: Path = Path("data/portfolio")

    @property
    def champion(self) -> Path:
        """The exported champion."""
        return self.store / "champion"
