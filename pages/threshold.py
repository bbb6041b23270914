"""Threshold: what each threshold accepts, costs and loses."""

from __future__ import annotations

from app.ui.manager.threshold import show_threshold
from app.ui.shell.frame import reader

show_threshold(reader())
