"""Simulate: what the answer would be for another loan, and what it would take."""

from __future__ import annotations

from app.ui.loaders import client_file
from app.ui.officer.simulate import show_simulation
from app.ui.shell.frame import chosen_client, reader
from app.ui.shell.welcome import show_welcome

chosen, words = chosen_client(), reader()
if chosen is None:
    show_welcome(words)
else:
    show_simulation(client_file(chosen), words)
