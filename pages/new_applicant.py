"""New applicant: what the desk would answer on an application alone."""

from __future__ import annotations

from app.ui.officer.new_applicant import show_new_applicant
from app.ui.shell.frame import reader

show_new_applicant(reader())
