"""Verbs over clients who never lived: demo, publish-demo, demo-drift, synthesize, estimate-profile."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Literal

import typer

from training.command_line import options
from training.places import Places

Demo = Annotated[Path, typer.Option(file_okay=False, metavar="DIR", help="The demonstration's tables and portfolio.")]
DEMO = Path("data/demo")


def demo(
    folder: Demo = DEMO,
    store: options.Store = Places.store,
    clients: Annotated[
        int | None, typer.Option(min=1_100, help="Generated in all.", show_default="60000, as committed")
    ] = None,
) -> None:
    """Generate the demonstration's clients, train its champion, publish a part of them, compare eight months."""
    from training.synthetic.demo import CLIENTS, make_demo

    make_demo(folder, store, clients or CLIENTS)


def publish_demo(model: options.Model, folder: Demo = DEMO) -> None:
    """Serve the demonstration's clients with another champion, which learnt from none of them."""
    from training.synthetic.demo import publish_demo as serve

    print("serving", serve(folder, model))


def demo_drift(folder: Demo = DEMO) -> None:
    """Draw the demonstration's eight months again and compare each with the champion it serves."""
    from training.synthetic.months import compare_months

    for found in compare_months(folder / "portfolio"):
        print(found.run, found.signal, flush=True)


def synthesize(
    clients: Annotated[int, typer.Option(min=1, help="How many.", show_default=False)],
    out: Annotated[Path, typer.Option(metavar="DIR", help="A new or empty folder.", show_default=False)],
    seed: options.Seed = 0,
    labelled: Annotated[
        str | None,
        typer.Option(
            metavar="SHARE|NUMBER",
            show_default="that of the public data",
            help="Whose outcome is known: a share with a decimal point (0.8), or a number of clients (5000).",
        ),
    ] = None,
    form: Annotated[Literal["parquet", "csv"], typer.Option("--format", help="Of the files.")] = "parquet",
) -> None:
    """The eight tables with the true schema, drawn from the committed statistical profile."""
    known = None if labelled is None else _share_or_number(labelled)
    from tqdm import tqdm

    from training.synthetic.synthesize import LABELLED_SHARE
    from training.synthetic.synthesize import synthesize as draw

    with tqdm(total=clients, unit=" clients", disable=None) as bar:
        draw(clients, seed, out, LABELLED_SHARE if known is None else known, form, bar.update)


def _share_or_number(text: str) -> float | int:
    try:
        number = float(text) if "." in text else int(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise typer.BadParameter(f"{text} is not a number", param_hint="--labelled")
    return number


def estimate_profile(
    application: Annotated[
        Path, typer.Option(metavar="DIR", help="Holds the largest labelled application_train.csv.", show_default=False)
    ],
    relational: Annotated[
        Path,
        typer.Option(metavar="DIR", help="Holds CSV files of clients with all their history.", show_default=False),
    ],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", dir_okay=False, show_default="the committed profile")
    ] = None,
) -> None:
    """Quantiles, frequencies, missingness and rank correlations of real tables: aggregates, no rows."""
    from training.synthetic.estimate_profile import estimate_profile as estimate
    from training.synthetic.profile import PROFILE

    written = out or PROFILE
    estimate(application, relational, written)
    print(f"{written}: {written.stat().st_size / 1e6:.2f} MB")
