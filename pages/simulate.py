"""Simulate: what the answer would be for another loan, and what it would take."""

from __future__ import annotations

from app.ui.loaders import client_file
from app.ui.officer.simulate import show_simulation
from app.ui.shell.frame import asked_client, reader

show_simulation(client_file(asked_client()), reader())
