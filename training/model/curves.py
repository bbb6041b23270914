"""Pictures of a training run for MLflow: cost, calibration and ROC, all out of fold."""

from __future__ import annotations

import plotly.graph_objects as go
from sklearn.metrics import roc_curve

from app.scoring.policy import cost_curve
from training.model.evaluate import Floats, reliability
from training.model.train import Trained


def curves(trained: Trained) -> dict[str, go.Figure]:
    """Figures by name, drawn on the out-of-fold probabilities of the clients the folds saw."""
    held_out = trained.out_of_fold.drop(trained.untouched)
    probability = held_out.to_numpy()
    outcome = trained.outcome.loc[held_out.index].to_numpy(dtype="float64")
    return {
        "cost": _cost(probability, outcome, trained),
        "calibration": _calibration(probability, outcome),
        "roc": _roc(probability, outcome, trained.out_of_fold_measures["auc"]),
    }


def _cost(probability: Floats, outcome: Floats, trained: Trained) -> go.Figure:
    curve = cost_curve(probability, outcome, trained.recipe.weight)
    figure = go.Figure(go.Scatter(x=curve.threshold, y=curve.cost, mode="lines", name="cost per client"))
    figure.add_vline(trained.policy.threshold, annotation_text="recommended")
    figure.update_layout(
        title="Business cost at every threshold", xaxis_title="threshold", yaxis_title="cost per client"
    )
    return figure.update_xaxes(range=[0, 0.4])


def _calibration(probability: Floats, outcome: Floats) -> go.Figure:
    expected, observed, _ = reliability(probability, outcome)
    figure = go.Figure(go.Scatter(x=expected, y=observed, mode="markers+lines", name="out of fold"))
    figure.add_shape(type="line", x0=0, y0=0, x1=expected.max(), y1=expected.max(), line={"dash": "dot"})
    return figure.update_layout(
        title="Calibration", xaxis_title="mean probability of default", yaxis_title="observed default rate"
    )


def _roc(probability: Floats, outcome: Floats, auc: float) -> go.Figure:
    lost_good, caught_bad, _ = roc_curve(outcome, probability)
    figure = go.Figure(go.Scatter(x=lost_good, y=caught_bad, mode="lines"))
    return figure.update_layout(
        title=f"ROC, AUC {auc:.4f}", xaxis_title="good clients refused", yaxis_title="defaults caught"
    )
