"""Verbs that make models, or say what they rest on: train, bench-models, ablation, directions, figures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.scoring.policy import MISSED_DEFAULT_WEIGHT
from training.command_line import options
from training.command_line.documents import Document
from training.model.seed import REPEATS, SEED
from training.places import Places


def train(
    data: options.Data,
    store: options.Store = Places.store,
    portfolio: options.Portfolio = Places.portfolio,
    weight: options.Weight = MISSED_DEFAULT_WEIGHT,
    repeats: options.Repeats = REPEATS,
    seed: options.Seed = SEED,
    synthetic: options.Synthetic = False,
    challenger: Annotated[
        bool, typer.Option("--challenger", help="Register only; the verb promote judges and serves it.")
    ] = False,
    override: options.Override = None,
) -> None:
    """Tables, features, model, registry, gate, portfolio: from raw tables to the served release."""
    from training.model.recipe import Recipe
    from training.pipeline import run

    recipe = Recipe(seed=seed, weight=weight, repeats=repeats)
    run(data, Places(store, portfolio), recipe, synthetic, challenger=challenger, override=override)


def bench_models(
    data: options.Data,
    store: options.Store = Places.store,
    weight: options.Weight = MISSED_DEFAULT_WEIGHT,
    seed: options.Seed = SEED,
    quick: Annotated[
        bool, typer.Option("--quick", help="A sample of the clients, one set of parameters each.")
    ] = False,
) -> None:
    """Every candidate under every imbalance strategy, ranked by business cost."""
    from training.bench.bench_models import compare
    from training.bench.report import table
    from training.model.recipe import Recipe

    print(table(compare(data, store, Recipe(seed=seed, weight=weight), quick)))


def ablation(data: options.Data) -> None:
    """The champion's recipe with fewer clients and with one choice changed at a time."""
    from tqdm import tqdm

    from training.model.ablation import ablation as variants
    from training.model.ablation import read

    known = read(data)
    print("| changed | clients | inputs | AUC | cost per client |\n| --- | --- | --- | --- | --- |")
    for one in tqdm(variants(*known), unit="variant"):
        auc, cost = (f" ± {each:.4f}" for each in one.spread) if one.spread else ("", "")
        figures = f"{one.auc:.4f}{auc} | {one.cost:.4f}{cost}"
        print(f"| {one.changed} | {one.clients:,} | {one.inputs} | {figures} |", flush=True)


def directions(
    data: Annotated[
        list[Path],
        typer.Option(metavar="DIR", help="Folder with labelled raw tables; again for each other.", show_default=False),
    ],
    write: options.Write = None,
) -> None:
    """What outcomes say of each direction that a feature is held to."""
    from training.features.rows import read_data
    from training.model import directions as measuring

    document = Document.with_table(write, measuring.TABLE) if write else None
    held = []
    for folder in data:
        with read_data(folder) as read:
            held.append(read.labelled())
    found = measuring.table(measuring.directions(held))
    if document:
        document.write(found)
    print(found)


def figures(model: options.Model, write: options.Write = None) -> None:
    """What a champion's card measured, as a table for a document."""
    from app.scoring.champion import Champion
    from training.model import figures as telling

    document = Document.with_table(write, telling.TABLE) if write else None
    found = telling.table(Champion.load(model).card)
    if document:
        document.write(found)
    print(found)
