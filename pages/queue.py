"""Queue: which files wait, for whom, how long."""

from __future__ import annotations

from app.ui.officer.queue import show_queue
from app.ui.shell.frame import reader

show_queue(reader())
