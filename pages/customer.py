"""Customer's screen: one client's answer in plain words, opened by a signed link."""

from __future__ import annotations

from app.ui.customer.screen import show_customer_screen
from app.ui.shell.frame import reader

show_customer_screen(reader())
