"""Settings of a test: those of this process with some changed, each held to its rule."""

from __future__ import annotations

from app.settings import Settings


def changed(chosen: Settings, **changes: object) -> Settings:
    """The same settings but for ``changes``, by the names of their fields."""
    return Settings(**{name: getattr(chosen, name) for name in chosen.model_fields_set} | changes)
