"""Compare: where one client stands among everyone and within a group of similar clients."""

from __future__ import annotations

from app.ui.loaders import client_file
from app.ui.officer.compare import show_comparison
from app.ui.shell.frame import asked_client, reader

show_comparison(client_file(asked_client()), reader())
