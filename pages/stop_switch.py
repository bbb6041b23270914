"""Stop switch: whether the model's advice is suspended, by whom and why; suspending it, and taking that back."""

from __future__ import annotations

from app.ui.manager.stop_switch import show_stop_switch
from app.ui.shell.frame import reader

show_stop_switch(reader())
