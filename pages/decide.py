"""Decision: what a person decides on a client, and why; kept in the decision journal."""

from __future__ import annotations

from app.ui.customer_link import show_customer_link
from app.ui.deciding import show_deciding
from app.ui.frame import chosen_client, reader
from app.ui.loaders import client_file
from app.ui.welcome import show_welcome

chosen, words = chosen_client(), reader()
if chosen is None:
    show_welcome(words)
else:
    file = client_file(chosen, words)
    show_deciding(file, words)
    show_customer_link(file, words)
