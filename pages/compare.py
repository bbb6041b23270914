"""Compare: where one client stands among everyone and within a group of similar clients."""

from __future__ import annotations

from app.ui.comparison import show_comparison
from app.ui.frame import chosen_client, reader
from app.ui.loaders import client_file
from app.ui.welcome import show_welcome

chosen, words = chosen_client(), reader()
if chosen is None:
    show_welcome(words)
else:
    show_comparison(client_file(chosen, words), words)
