"""Fairness: whether the tried threshold treats groups of clients alike."""

from __future__ import annotations

from app.ui.manager.fairness import show_fairness
from app.ui.shell.frame import reader

show_fairness(reader())
