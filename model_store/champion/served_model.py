"""The model as MLflow serves it: feature rows in, probability, decision and threshold out.

A models-from-code script, self-contained on purpose: an exported folder must answer where this project is not
installed. A test holds it to ``app.scoring.champion``, row for row.
"""

import json
import math
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel, PythonModelContext


class ServedModel(PythonModel):
    """Scores feature rows: numbers as doubles, categories as text, unknown as null."""

    def load_context(self, context: PythonModelContext) -> None:
        """Read the booster and what goes with it, once."""
        declared = json.loads(Path(context.artifacts["champion"]).read_text(encoding="utf-8"))
        self.features = declared["features"]
        self.categories = declared["categories"]
        self.slope, self.intercept = declared["calibration"]["slope"], declared["calibration"]["intercept"]
        self.threshold = declared["policy"]["threshold"]
        self.booster = lgb.Booster(model_file=context.artifacts["booster"])

    def predict(
        self, context: PythonModelContext, model_input: pd.DataFrame, params: dict[str, Any] | None = None
    ) -> pd.DataFrame:
        """Calibrated probability of default, decision at the recommended threshold, and that threshold, per row."""
        raw = self.booster.predict(self._encode(model_input), raw_score=True)
        opposite = -np.maximum(self.slope * raw + self.intercept, -700.0)
        # The C library's exponential: numpy's differs in the last bit from processor to processor.
        probability = 1.0 / (1.0 + np.fromiter(map(math.exp, opposite.tolist()), np.float64, len(opposite)))
        decision = np.where(probability >= self.threshold, "refuse", "accept")
        return pd.DataFrame({"probability": probability, "decision": decision, "threshold": self.threshold})

    def _encode(self, rows: pd.DataFrame) -> np.ndarray:
        columns = {}
        for name in self.features:
            known = self.categories.get(name)
            codes = rows[name] if known is None else rows[name].map(dict(zip(known, range(len(known)), strict=True)))
            columns[name] = codes.astype("float64")
        return pd.DataFrame(columns).to_numpy()


set_model(ServedModel())
