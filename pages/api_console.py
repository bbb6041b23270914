"""API console: call the scoring API and compare its answer with this desk's own."""

from __future__ import annotations

from app.ui.data_scientist.api_console import show_console
from app.ui.shell.frame import chosen_client, reader

show_console(chosen_client(), reader())
