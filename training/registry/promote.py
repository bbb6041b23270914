"""Promote: hold a registered version against the champion on clients new to both, and serve it if the gate lets it."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import mlflow
import pandas as pd

from app.scoring.champion import Champion
from training.features.rows import Data, data_hash, read_data
from training.model.model_card import Provenance
from training.registry import mlflow_registry
from training.registry.challenge import Challenge, compare
from training.registry.gate import PromotionProblem, check_declared, reasons
from training.registry.publish import publish_portfolio
from training.registry.register import CLIENTS

LOG = logging.getLogger("training")
REPLACED, OVERRIDE, PROMOTED = "replaced", "override", "promoted_at"


def judge(version: int, exported: Path, rows: pd.DataFrame, labels: pd.Series, override: str | None = None) -> None:
    """Let a registered version through the gate, or refuse it; either is logged as a run within its training run.

    Args:
        exported: the version as a folder.
        rows, labels: of labelled clients; those new to both models are compared.
        override: why it may pass all the same; recorded with the reasons as a tag of the version.

    Raises:
        ModelProblem: this code could not feed it.
        PromotionProblem: the gate's reasons.
    """
    challenger = Champion.load(exported)
    check_declared(exported, challenger)
    with tempfile.TemporaryDirectory() as scratch:
        champion = _champion(version, Path(scratch) / "champion")
        new = _new_to_both(version, champion, rows.index)
        challenge = compare(challenger, champion, rows.loc[new], labels.loc[new])
    found = reasons(challenger.card, challenge)
    _log(version, challenge, found)
    if found and not override:
        raise PromotionProblem(
            "Version {version} is not promoted. {reasons}",
            "The champion and what is served stay as they are.",
            'Train another, or say why it may pass all the same: make promote VERSION={version} OVERRIDE="reason".',
            version=version,
            reasons=" ".join(found),
        )
    if found:
        mlflow_registry.tag(version, {OVERRIDE: f"{override} ({' '.join(found)})"})


def set_champion(version: int) -> None:
    """Give a version the alias champion; it remembers which one it replaced, for a rollback."""
    before = mlflow_registry.named(mlflow_registry.CHAMPION)
    if before != version:
        mlflow_registry.tag(
            version, {REPLACED: str(before or ""), PROMOTED: datetime.now(UTC).isoformat(timespec="seconds")}
        )
    mlflow_registry.name(version, mlflow_registry.CHAMPION)


def serve(version: int, exported: Path, data: Data, portfolio: Path, store: Path, synthetic: bool) -> str:
    """Publish a version's decisions and put it in the champion's place; returns the release."""
    rows, labels = data.labelled()
    provenance = Provenance(data_hash(rows, labels), synthetic, data.tables.absent, ())
    del rows
    known = clients_of(version)
    out_of_fold = known["out_of_fold_probability"] if known is not None else pd.Series(dtype="float64")
    release = publish_portfolio(data, exported, portfolio, labels, out_of_fold, provenance)
    mlflow_registry.replace_champion(exported, store / "champion")
    return release


def promote(version: int, folder: Path, store: Path, portfolio: Path, override: str | None = None) -> str:
    """Judge a registered version on the labelled clients of ``folder``, then serve it; returns the release."""
    mlflow_registry.connect(store)
    with tempfile.TemporaryDirectory() as scratch:
        exported = Path(scratch) / "champion"
        mlflow_registry.export(version, exported)
        with read_data(folder) as data:
            judge(version, exported, *data.labelled(), override)
            synthetic = Champion.load(exported).card["data"]["synthetic"]
            release = serve(version, exported, data, portfolio, store, synthetic)
    set_champion(version)
    return release


def clients_of(version: int) -> pd.DataFrame | None:
    """The labelled clients of a version's training, SK_ID_CURR index: ``untouched`` and ``out_of_fold_probability``."""
    run = mlflow_registry.run_of(version)
    with mlflow_registry.answering():
        if CLIENTS not in {item.path for item in mlflow.MlflowClient().list_artifacts(run)}:
            return None
        return pd.read_parquet(mlflow.artifacts.download_artifacts(run_id=run, artifact_path=CLIENTS))


def _champion(challenger: int, folder: Path) -> Champion | None:
    version = mlflow_registry.named(mlflow_registry.CHAMPION)
    if version is None or version == challenger:
        return None
    mlflow_registry.export(version, folder)
    return Champion.load(folder)


def _new_to_both(version: int, champion: Champion | None, clients: pd.Index) -> pd.Index:
    """Those of ``clients`` whom neither model learnt from; none where a model does not say whom it learnt from."""
    versions = [version] if champion is None else [version, int(champion.version.split("-")[0])]
    for each in versions:
        known = clients_of(each)
        if known is None:
            return clients[:0]
        clients = clients.difference(known.index[~known["untouched"]])
    return clients


def _log(version: int, challenge: Challenge, found: tuple[str, ...]) -> None:
    with (
        mlflow_registry.answering(),
        mlflow.start_run(run_name="promotion", parent_run_id=mlflow_registry.run_of(version)),
    ):
        mlflow.set_tags({"version": str(version), "passed": str(not found)})
        mlflow.log_text("\n".join(found), "reasons.txt")
        mlflow.log_metrics(_metrics(challenge))
    for line in told(challenge):
        LOG.info("%s", line)


def _metrics(challenge: Challenge) -> dict[str, float]:
    sides = {"challenger": challenge.challenger, "champion": challenge.champion}
    metrics = {f"{who}_{name}": value for who, side in sides.items() if side for name, value in side.measures.items()}
    metrics |= {"clients": challenge.clients, "defaults": challenge.defaults}
    if challenge.cost_difference and challenge.accepted and challenge.refused:
        metrics |= dict(zip(("cost_difference", "cost_low", "cost_high"), challenge.cost_difference, strict=True))
        metrics |= {"newly_accepted": challenge.accepted.clients, "newly_refused": challenge.refused.clients}
    return metrics


def told(challenge: Challenge) -> Iterator[str]:
    """The comparison in lines for the terminal."""
    yield f"{challenge.clients:,} clients new to both models, {challenge.defaults:,} of them defaulted"
    sides = [side for side in (challenge.champion, challenge.challenger) if side]
    for name in ("auc", "cost_per_client", "calibration_error", "acceptance_rate") if sides else ():
        yield f"{name.replace('_', ' ')}: " + ", ".join(f"{side.measures[name]:.4f} ({side.version})" for side in sides)
    if challenge.cost_difference and challenge.accepted and challenge.refused:
        value, low, high = challenge.cost_difference
        yield f"challenger minus champion, cost per client: {value:+.4f} ({low:+.4f} to {high:+.4f})"
        for change, swapped in (("accepted", challenge.accepted), ("refused", challenge.refused)):
            yield f"newly {change}: {swapped.clients:,} clients, {swapped.defaults:,} of them defaulted"
    for audit in challenge.challenger.audits if challenge.challenger else ():
        for group in audit.groups:
            accepted, good = group.accepted.value or 0.0, group.good_accepted.value or 0.0
            yield f"{audit.attribute} {group.name}: {accepted:.3f} accepted, {good:.3f} of those who repay"
