"""Home: what waits for whoever is here, in the role they work in."""

from __future__ import annotations

from app.ui.data_scientist.model_card import show_model
from app.ui.manager.home import show_home as show_portfolio
from app.ui.officer.home import show_home as show_work
from app.ui.shell.frame import reader
from app.ui.shell.sign_in import drawn_for

HOMES = {"officer": show_work, "manager": show_portfolio, "data scientist": show_model}

HOMES[drawn_for().role](reader())
