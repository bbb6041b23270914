"""Decision: what a person decides on a client, and why; kept as the life of the file."""

from __future__ import annotations

from app.ui.customer.issuing import letter_to_issue
from app.ui.customer.signed_link import show_customer_link
from app.ui.loaders import client_file
from app.ui.officer.decide import show_decide
from app.ui.shell.frame import asked_client, reader

file, words = client_file(asked_client()), reader()
show_decide(file, letter_to_issue, words)
show_customer_link(file, words)
