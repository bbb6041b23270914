"""Journal: what officers decided, and whether they follow the model."""

from __future__ import annotations

from app.ui.decisions import show_decisions
from app.ui.frame import reader

show_decisions(reader())
