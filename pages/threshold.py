"""Threshold: what each threshold accepts, costs and loses."""

from __future__ import annotations

from app.ui.frame import reader
from app.ui.threshold import show_threshold

show_threshold(reader())
