"""Accesses: who saw which client's file, and what of it is unusual."""

from __future__ import annotations

from app.ui.manager.accesses import show_accesses
from app.ui.shell.frame import reader

show_accesses(reader())
