"""New applicant: what the desk would answer on an application alone."""

from __future__ import annotations

from app.ui.frame import reader
from app.ui.new_applicant import show_new_applicant

show_new_applicant(reader())
