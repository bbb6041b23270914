"""Verbs over raw tables: build-features, score, explore, drift."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from training.command_line import options
from training.command_line.documents import Document
from training.places import Places

if TYPE_CHECKING:
    from app.settings import Settings

AnyTables = typer.Option(metavar="DIR", help="Folder with the raw tables; on Spark also its URI.", show_default=False)
Out = Annotated[
    str,
    typer.Option(metavar="FILE", help="Parquet to write; on Spark a folder of parts, or its URI.", show_default=False),
]


def build_features(data: Annotated[str, AnyTables], out: Out, engine: options.Engine = "duckdb") -> None:
    """One row per client in Parquet, ordered by client."""
    from training.features.build_features import build_features as build

    build(data, out, engine)


def score(
    model: options.Model,
    out: Out,
    data: Annotated[str | None, AnyTables] = None,
    rows: Annotated[
        str | None, typer.Option(metavar="FILE", help="Feature rows, as build-features writes them, instead.")
    ] = None,
    engine: options.Engine = "duckdb",
    in_force: Annotated[
        bool, typer.Option("--in-force", help="Decide at the desk's active policy, not at the recommendation.")
    ] = False,
    store_url: options.StoreUrl = None,
    contributions: Annotated[
        bool, typer.Option("--contributions", help="Also each input's contribution in points.")
    ] = False,
) -> None:
    """SK_ID_CURR, probability, points and decision of every client, in Parquet."""
    if (data is None) == (rows is None):
        raise typer.BadParameter("Give either --data or --rows: it says where the clients are")
    if engine == "spark" and contributions:
        raise typer.BadParameter(
            "--contributions is for the engine duckdb: what MLflow serves gives decisions only", param_hint="--engine"
        )
    from training import score as scoring
    from training.features import spark

    scoring.check_not_suspended(model, store_url or _desk().store)
    threshold = scoring.threshold_in_force(model, store_url or _desk().store) if in_force else None
    if engine == "spark":
        scored = spark.score(data, rows, model, out, threshold)
    elif rows:
        scored = scoring.score_rows(Path(rows), model, Path(out), contributions, threshold)
    else:
        scored = scoring.score(Path(str(data)), model, Path(out), contributions, threshold)
    print(f"{scored:,} clients scored into {out}")


def explore(
    data: options.Data,
    store: options.Store = Places.store,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", dir_okay=False, help="The page.", show_default="exploration.html in the store"),
    ] = None,
) -> None:
    """What the raw tables hold: exact counts, pictures of a sample, one HTML page, also in MLflow."""
    from training.exploration.explore import explore as look

    page = out or store / "exploration.html"
    look(data, page, store)
    print(f"wrote {page}")


def drift(
    current: Annotated[Path, typer.Option(metavar="DIR", help="Folder with today's raw tables.", show_default=False)],
    labels: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="SK_ID_CURR and TARGET of current clients, once they are known."),
    ] = None,
    portfolio: options.ServedPortfolio = None,
    store: options.Store = Places.store,
    store_url: options.StoreUrl = None,
    report: Annotated[bool, typer.Option("--report/--no-report", help="With Evidently's report.")] = True,
    write: options.Write = None,
) -> int:
    """Compare today's population with the champion's frozen reference: leaves with 0 stable, 1 investigate, 3 act."""
    from training.monitoring import drift as monitoring
    from training.monitoring import markdown_summary

    document = Document.with_table(write, markdown_summary.TABLE) if write else None
    places = Places(store, portfolio or _desk().portfolio)
    found = monitoring.run(current, places, store_url or _desk().store, labels, report)
    if document:
        document.write(markdown_summary.in_document(found))
    print(markdown_summary.in_markdown(found))
    return monitoring.exit_code(found)


def drift_power(
    portfolio: options.ServedPortfolio = None,
    draws: Annotated[int, typer.Option(min=10, max=10_000, help="Of each size; the table says how many.")] = 200,
    write: options.Write = None,
) -> None:
    """What drift detects with 80 % power at 500, 5,000 and 50,000 clients, and how often it cries wolf."""
    from app.store.portfolio import Portfolio
    from training.monitoring import power

    document = Document.with_table(write, power.TABLE) if write else None
    opened = Portfolio.open(portfolio or _desk().portfolio)
    found = power.table(list(power.power(opened, trials=draws)), power.Pool.of(opened), draws)
    if document:
        document.write(found)
    print(found)


def _desk() -> Settings:
    from app.settings import settings

    return settings()
