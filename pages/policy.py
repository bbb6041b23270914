"""Policy: the one in force, proposals, and who activated what, when and why."""

from __future__ import annotations

from app.ui.manager.policy import show_policy
from app.ui.shell.frame import reader

show_policy(reader())
