"""Fairness: whether the tried threshold treats groups of clients alike."""

from __future__ import annotations

from app.ui.fairness import show_fairness
from app.ui.frame import reader

show_fairness(reader())
