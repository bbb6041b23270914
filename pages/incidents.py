"""Incidents: what happened, whom it touched, what was done, and what it belongs to."""

from __future__ import annotations

from app.ui.manager.incidents import show_incidents
from app.ui.shell.frame import reader

show_incidents(reader())
