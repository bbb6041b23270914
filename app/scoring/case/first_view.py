"""Whose file is looked at first without the advice: an officer's own view is recorded, then the advice is shown."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from app.scoring.decision import Band

WRITTEN = re.compile(r"off|grey zone|(100|[1-9]?[0-9])%")
OF_ALL = 2.0**64


@dataclass(frozen=True, slots=True)
class FirstView:
    """When an own view is asked for.

    Attributes:
        grey_zone: of the files in the grey zone.
        share: of all files, drawn by their number; 0 to 1.
    """

    grey_zone: bool = False
    share: float = 0.0

    @classmethod
    def of(cls, written: str) -> FirstView:
        """As the setting says it: ``off``, ``grey zone`` or a share like ``20%``; ValueError for anything else."""
        if not WRITTEN.fullmatch(written):
            raise ValueError(written)
        if written.endswith("%"):
            return cls(share=int(written[:-1]) / 100)
        return cls(grey_zone=written == "grey zone")


def asks_first_view(client: int, band: Band, wanted: FirstView) -> bool:
    """Whether whoever opens a file says first what they think: the same of a file for everybody and for ever."""
    if wanted.grey_zone:
        return band == "review"
    # Not Python's own hash, and no remainder of the number: neither order nor kind of a client may show in the draw.
    drawn = int.from_bytes(hashlib.sha256(f"first view {client}".encode()).digest()[:8])
    return drawn / OF_ALL < wanted.share
