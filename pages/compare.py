"""Compare: where one client stands among everyone and within a group of similar clients."""

from __future__ import annotations

from app.ui.loaders import client_file
from app.ui.officer.compare import show_comparison
from app.ui.shell.frame import chosen_client, reader
from app.ui.shell.welcome import show_welcome

chosen, words = chosen_client(), reader()
if chosen is None:
    show_welcome(words)
else:
    show_comparison(client_file(chosen), words)
