"""Journal: what officers decided, and whether they follow the model."""

from __future__ import annotations

from app.ui.manager.journal import show_journal
from app.ui.shell.frame import reader

show_journal(reader())
