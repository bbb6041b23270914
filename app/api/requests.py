"""What can be asked of the API: strict, so that a wrong type is refused rather than guessed."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from app.api.application_form import STRICT, WHOLE, Application, ClientId, History
from app.api.examples import APPLICATION
from app.language.words import Language

LARGEST_BATCH = 100_000
MostReasons = Annotated[int, Field(ge=1, le=10, description="How many reasons on either side."), WHOLE]


class Question(BaseModel):
    """A body that takes its declared fields and nothing else."""

    model_config = STRICT


class PredictQuestion(Question):
    """Whose score."""

    client: ClientId


class InterpretationQuestion(PredictQuestion):
    """Whose score, explained in which language."""

    language: Language = "en"
    most_reasons: MostReasons = 4


class BatchQuestion(Question):
    """Whose scores."""

    clients: Annotated[list[ClientId], Field(min_length=1, max_length=LARGEST_BATCH, examples=[[100_001, 100_002]])]


class ApplicationQuestion(Question):
    """A new application: raw columns, and the histories that are known."""

    application: Annotated[Application, Field(examples=[APPLICATION])]  # type: ignore[valid-type]
    history: History | None = None
    language: Language = "en"
    most_reasons: MostReasons = 4
