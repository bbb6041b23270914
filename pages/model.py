"""Model: what it is for, what was measured of it, and what can be taken away."""

from __future__ import annotations

from app.ui.data_scientist.model_card import show_model
from app.ui.shell.frame import reader

show_model(reader())
