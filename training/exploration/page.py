"""The exploration's page: one HTML file that needs nothing else, figures as tables, pictures with their words."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from html import escape

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from app.scoring.schema import UNKNOWN_DAY
from app.scoring.schema.keys import CLIENT
from app.ui.kit.palette import LIGHT
from training.exploration.inspection import TARGET, Inspection

PLOTTED, BINS, ACROSS = 24, 10, 4
STRONG = 0.8
STYLE = f"""
body {{ font: 16px/1.5 system-ui, sans-serif; color: {LIGHT.ink};
  max-width: 75rem; margin: 2rem auto; padding: 0 1rem }}
table {{ border-collapse: collapse }} th, td {{ border: 1px solid {LIGHT.line};
  padding: .2rem .6rem; text-align: left }}
td.number {{ text-align: right }} img {{ max-width: 100% }}
iframe {{ width: 100%; height: 60rem; border: 1px solid {LIGHT.line} }}
"""


def page(found: Inspection, rows: pd.DataFrame, summary: str) -> str:
    """The page.

    Args:
        rows: a sample of the application, raw columns, for the pictures.
        summary: Evidently's summary of the same rows, HTML.
    """
    sections = [
        _section("Tables", _tables(found)),
        _section("Outcome", _outcome(found)),
        _section("Anomalies", _table(("table", "column", "finding", "rows"), map(_fields, found.anomalies))),
        _section("Keys", _table(("table", "column", "each value", "rows that break it"), map(_fields, found.keys))),
        *(_section(f"Columns of {table.name}", _columns(table)) for table in found.tables),
        *_pictures(rows),
        _section("Summary by Evidently", f"<p>Drawn from {len(rows):,} clients.</p>{summary}"),
    ]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Exploration of the tables</title>'
        f"<style>{STYLE}</style><h1>Exploration of the tables</h1>{''.join(sections)}</html>"
    )


def _section(title: str, content: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{content}</section>"


def _table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    lines = [f"<tr>{''.join(_cell(value) for value in row)}</tr>" for row in rows]
    if not lines:
        return "<p>Nothing found.</p>"
    return f"<table><tr>{''.join(f'<th>{escape(name)}</th>' for name in header)}</tr>{''.join(lines)}</table>"


def _cell(value: object) -> str:
    if isinstance(value, int):
        return f'<td class="number">{value:,}</td>'
    return f"<td>{escape(str(value))}</td>"


def _fields(one: object) -> Iterable[object]:
    return vars(one).values()


def _tables(found: Inspection) -> str:
    lines = [(table.name, table.rows, len(table.columns), table.duplicates) for table in found.tables]
    absent = f"<p>Absent: {escape(', '.join(found.absent))}.</p>" if found.absent else ""
    return _table(("table", "rows", "columns", "duplicate rows"), lines) + absent


def _outcome(found: Inspection) -> str:
    clients = sum(found.outcomes.values())
    if not clients:
        return "<p>There are no labels: application_train is absent.</p>"
    lines = [(TARGET, outcome, count, f"{count / clients:.2%}") for outcome, count in found.outcomes.items()]
    return _table(("column", "value", "clients", "share"), lines)


def _columns(table: object) -> str:
    rows = max(table.rows, 1)  # type: ignore[attr-defined]
    lines = [
        (c.name, c.kind, c.missing, f"{c.missing / rows:.1%}", c.values)
        for c in table.columns  # type: ignore[attr-defined]
    ]
    return _table(("column", "type", "missing", "share missing", "distinct values"), lines)


def _pictures(rows: pd.DataFrame) -> Iterable[str]:
    columns = rows.drop(columns=[CLIENT]).replace(UNKNOWN_DAY, np.nan)
    outcome = columns.pop(TARGET) if TARGET in columns else pd.Series(np.nan, columns.index)
    related = _by_relation(columns, outcome)[:PLOTTED]
    yield _section(
        f"The {len(related)} columns that tell most of the outcome",
        "<p>Bars: clients; line: default rate. Numbers by tenths of the clients, missing ones last.</p>"
        + _image(_grid(columns, outcome, related), "Clients and default rate by value: " + ", ".join(related)),
    )
    numbers = columns.select_dtypes("number")
    correlation = numbers.loc[:, numbers.nunique() > 1].corr("spearman")
    drawn = [name for name in related if name in correlation]
    picture = _image(_heat(correlation.loc[drawn, drawn]), "Rank correlations; the strong ones are in the table")
    yield _section("Correlations", picture + _strong(correlation))


def _by_relation(columns: pd.DataFrame, outcome: pd.Series) -> list[str]:
    """Names, the largest spread of default rates first; as they stand where no outcome is known."""
    if outcome.isna().all():
        return list(columns)

    def spread(name: str) -> float:
        rates = outcome.groupby(_grouped(columns[name])).agg(["mean", "size"])
        return float(np.average((rates["mean"] - outcome.mean()) ** 2, weights=rates["size"]))

    return sorted(columns, key=lambda name: -spread(name))


def _grouped(column: pd.Series) -> pd.Series:
    """The bin or value of each client, as text in the order of the bins."""
    if not pd.api.types.is_numeric_dtype(column):
        common = column.value_counts().index[:BINS]
        return column.where(column.isin(common) | column.isna(), "other").astype(object).fillna("missing")
    if column.nunique() <= BINS:
        return column.map("{:g}".format, na_action="ignore").astype(object).fillna("missing")
    bins = pd.qcut(column, BINS, duplicates="drop")
    shown = bins.map(lambda one: f"{one.right:g}", na_action="ignore")
    order = [f"{one.right:g}" for one in bins.cat.categories]
    return pd.Categorical(shown.astype(object).fillna("missing"), dict.fromkeys([*order, "missing"])).astype(object)


def _grid(columns: pd.DataFrame, outcome: pd.Series, names: list[str]) -> Figure:
    down = max(1, -(-len(names) // ACROSS))
    figure = Figure(figsize=(4 * ACROSS, 2.8 * down), layout="constrained")
    for axes, name in zip(figure.subplots(down, ACROSS, squeeze=False).flat, names, strict=False):
        found = pd.DataFrame({"outcome": outcome, "group": _grouped(columns[name])}, index=columns.index)
        counted = found.groupby("group", sort=False)["outcome"].agg(["size", "mean"])
        counted = counted.reindex(sorted(counted.index, key=_place))
        axes.bar(range(len(counted)), counted["size"], color=LIGHT.accept)
        axes.set_title(name, fontsize=9)
        axes.set_xticks(range(len(counted)), counted.index, rotation=60, fontsize=6, ha="right")
        axes.twinx().plot(range(len(counted)), counted["mean"], color=LIGHT.refuse, marker="o")
    return figure


def _place(group: str) -> tuple[int, float, str]:
    """Numbers by size, then words, "missing" last."""
    try:
        return 0, float(group), ""
    except ValueError:
        return (2 if group == "missing" else 1), 0.0, group


def _heat(correlation: pd.DataFrame) -> Figure:
    figure = Figure(figsize=(9, 8), layout="constrained")
    axes = figure.subplots()
    drawn = axes.imshow(correlation.to_numpy(), cmap="RdBu_r", vmin=-1, vmax=1)
    axes.set_xticks(range(len(correlation)), correlation.columns, rotation=90, fontsize=7)
    axes.set_yticks(range(len(correlation)), correlation.columns, fontsize=7)
    figure.colorbar(drawn, label="Spearman's rank correlation")
    return figure


def _strong(correlation: pd.DataFrame) -> str:
    names = list(correlation)
    upper = correlation.to_numpy()[np.triu_indices(len(names), 1)]
    pairs = zip(*np.triu_indices(len(names), 1), upper, strict=True)
    strong = sorted((-abs(value), names[i], names[j], f"{value:.3f}") for i, j, value in pairs if abs(value) > STRONG)
    return _table(("column", "column", "rank correlation"), [line[1:] for line in strong])


def _image(figure: Figure, words: str) -> str:
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=80)
    return f'<img alt="{escape(words)}" src="data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}">'
