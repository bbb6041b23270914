"""Find a file: among those opened last, by attributes in the order of work."""

from __future__ import annotations

from app.ui.officer.find import ask_for_files, show_files, show_ways_in
from app.ui.shell.advice import showing
from app.ui.shell.frame import reader

words = reader()
show_ways_in(words)
shown = showing()
show_files(ask_for_files(shown, words), shown, words)
