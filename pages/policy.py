"""Policy: the one in force, proposals, and who activated what, when and why."""

from __future__ import annotations

from app.ui.frame import reader
from app.ui.policy import show_policy

show_policy(reader())
