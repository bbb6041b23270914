"""What training reads of the environment beside the desk's own settings; ``docs/settings.md`` says the same."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr

from app.environment import Environment
from training.places import Places


class TrainingSettings(Environment):
    """Where a command keeps what it learnt."""

    model_store: Path = Field(
        default=Places.store, description="where the champion and MLflow's store are: `model_store` unless said"
    )
    mlflow_tracking_uri: SecretStr = Field(
        default=SecretStr(""),
        description="the MLflow server of runs and versions; without one, a file in `MODEL_STORE`",
    )
