"""Verbs that make models: train, bench-models, ablation."""

from __future__ import annotations

from typing import Annotated

import typer

from app.scoring.policy import MISSED_DEFAULT_WEIGHT
from training.command_line import options
from training.model.seed import SEED
from training.places import Places


def train(
    data: options.Data,
    store: options.Store = Places.store,
    portfolio: options.Portfolio = Places.portfolio,
    weight: options.Weight = MISSED_DEFAULT_WEIGHT,
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

    recipe = Recipe(seed=seed, weight=weight)
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
        print(f"| {one.changed} | {one.clients:,} | {one.inputs} | {one.auc:.4f} | {one.cost:.4f} |", flush=True)
