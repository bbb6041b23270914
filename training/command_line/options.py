"""Every option that several verbs take, declared once: its type, limits, environment variable and words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from training.places import Places

LARGEST_SEED = 2**31 - 1  # LightGBM's
MOST_REPEATS = 100
LIGHTEST, HEAVIEST = 0.01, 1_000.0  # the desk's own limit


def champion_in_store() -> Path:
    """The champion of the store that MODEL_STORE names."""
    from training.settings import TrainingSettings

    return Places(TrainingSettings().model_store).champion


Data = Annotated[Path, typer.Option(help="Folder with the raw tables.", metavar="DIR", show_default=False)]
Store = Annotated[
    Path,
    typer.Option(
        envvar="MODEL_STORE",
        file_okay=False,
        metavar="DIR",
        help="Where the champion is and, unless MLFLOW_TRACKING_URI names a server, the registry.",
    ),
]
Portfolio = Annotated[
    Path, typer.Option(envvar="PORTFOLIO_DIR", file_okay=False, metavar="DIR", help="Folder to serve from.")
]
ServedPortfolio = Annotated[
    Path | None,
    typer.Option(
        "--portfolio",
        envvar="PORTFOLIO_DIR",
        file_okay=False,
        metavar="DIR",
        help="Folder that is served.",
        show_default="what the desk opens",
    ),
]
StoreUrl = Annotated[
    str | None,
    typer.Option(
        envvar="STORE_URL",
        metavar="URL",
        show_default="the desk's own",
        help="Database of the desk's policies. A password belongs in the variable, not in a command.",
    ),
]
Model = Annotated[
    Path,
    typer.Option(
        default_factory=champion_in_store,
        file_okay=False,
        metavar="DIR",
        help="Champion folder.",
        show_default="the champion in MODEL_STORE",
    ),
]
Synthetic = Annotated[bool, typer.Option("--synthetic", help="Say on every page that the clients are not real.")]
Override = Annotated[
    str | None,
    typer.Option(
        metavar="REASON", show_default=False, help="Why it may be served although the gate has reasons; recorded."
    ),
]
Seed = Annotated[int, typer.Option(min=0, max=LARGEST_SEED, help="Of every random choice.")]
Weight = Annotated[
    float,
    typer.Option(
        min=LIGHTEST,
        max=HEAVIEST,
        help="A missed default in lost good clients. It chooses the recommended threshold and is what models are"
        " compared by; at the desk, the weight and threshold of the active policy win.",
    ),
]
Write = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Document whose table is replaced.", show_default=False)
]
Repeats = Annotated[
    int,
    typer.Option(
        min=1,
        max=MOST_REPEATS,
        help="How often the folds are drawn: what is told with its spread. Each takes as long as the first.",
    ),
]
Engine = Annotated[Literal["duckdb", "spark"], typer.Option(help="Where the work is done.")]
