"""Data protection: what is kept of whom, what for, how long, and who sees it."""

from __future__ import annotations

from app.ui.customer.data_protection import show_data_protection
from app.ui.shell.frame import reader

show_data_protection(reader())
