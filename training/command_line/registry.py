"""Verbs that change what is served: promote, rollback, pull, publish."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from training.command_line import options
from training.places import Places


def promote(
    version: Annotated[int, typer.Option(min=1, help="Registered version.", show_default=False)],
    data: options.Data,
    store: options.Store = Places.store,
    portfolio: options.Portfolio = Places.portfolio,
    override: options.Override = None,
) -> None:
    """Hold a registered version against the champion, and serve it or say why not."""
    from training.registry.promote import promote as serve

    print("serving", serve(version, data, store, portfolio, override))


def rollback(
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder with the raw tables, when the former release is no longer kept."),
    ] = None,
    store: options.Store = Places.store,
    portfolio: options.Portfolio = Places.portfolio,
) -> None:
    """Serve the champion before this one."""
    from training.registry.rollback import rollback as serve_former

    print("serving", serve_former(store, portfolio, data))


def pull(store: options.Store = Places.store) -> None:
    """Bring the registry's champion into the store, verified; publish then serves with it."""
    from training.registry.pull import pull as bring

    print("champion", bring(store))


def publish(
    data: options.Data,
    model: options.Model,
    portfolio: options.Portfolio = Places.portfolio,
    synthetic: options.Synthetic = False,
    unseen: Annotated[
        bool,
        typer.Option("--unseen", help="The champion learnt from none of these clients: judge thresholds on them."),
    ] = False,
) -> None:
    """Score a folder's clients with a champion that is there, and serve them."""
    from training.registry.publish import publish_data

    print("serving", publish_data(data, model, portfolio, synthetic, unseen))
