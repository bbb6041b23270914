"""What the API answers: a decision, its explanation, what is served."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, TypeAdapter
from typing_extensions import TypedDict

from app.api.opened import Opened
from app.language.features import in_words, value_in_words
from app.language.reasons import in_a_sentence
from app.language.words import Language, words_in
from app.scoring.decision import Band, Contribution, Decision, Outcome, Value
from app.scoring.policy import Policy
from app.scoring.population import Population
from app.scoring.reasons import Reason, reasons
from app.store.scores import Score


class Prediction(BaseModel):
    """Where one client stands under the policy in force."""

    client: int = Field(examples=[100_002])
    probability: float = Field(description="Calibrated probability of default, strictly between 0 and 1.")
    points: float = Field(description="The same in points: 600 at odds of 50:1, 20 more double the odds.")
    decision: Outcome = Field(description="refuse when the probability is at or above the threshold.")
    band: Band = Field(description="The decision, or review within the grey zone around the threshold.")
    threshold: float
    threshold_points: float
    model_version: str

    @classmethod
    def of(cls, client: int, score: Score, policy: Policy, model_version: str) -> Prediction:
        """A stored score under a policy."""
        return cls.model_construct(
            client=client,
            probability=score.probability,
            points=score.points,
            decision=policy.outcome(score.probability),
            band=policy.band(score.probability, score.points),
            threshold=policy.threshold,
            threshold_points=policy.threshold_points,
            model_version=model_version,
        )


class Effect(TypedDict):
    """What one model input does to the score."""

    feature: str
    value: Annotated[Value, Field(description="The client's; null when not provided.")]
    points: Annotated[float, Field(description="Against the average client; positive helps.")]


class Told(BaseModel):
    """One reason in the asked language."""

    feature: str
    text: str = Field(description="The item and the client's value, as people say it.")
    typical: str = Field(description="Its typical value.")
    sentence: str = Field(description="Value, typical value and direction, as the desk says it.")
    points: float


class Interpretation(Prediction):
    """A prediction with its explanation: average_points plus every contribution is points."""

    average_points: float
    contributions: list[Effect] = Field(description="One for each model input, largest effect first.")
    language: Language
    reasons_for: list[Told]
    reasons_against: list[Told]
    notices: list[str] = Field(default=[], description="What was odd in the rows and tolerated.")

    @classmethod
    def told(
        cls, decision: Decision, population: Population, language: Language, most: int, notices: tuple[str, ...] = ()
    ) -> Interpretation:
        """A decision, explained in a language."""
        chosen = reasons(decision, population, most)
        return cls(
            client=decision.client,
            probability=decision.probability,
            points=decision.points,
            decision=decision.outcome,
            band=decision.band,
            threshold=decision.threshold,
            threshold_points=decision.threshold_points,
            model_version=decision.model_version,
            average_points=decision.average_points,
            contributions=[_effect(each) for each in decision.contributions],
            language=language,
            reasons_for=[_told(reason, language) for reason in chosen.for_client],
            reasons_against=[_told(reason, language) for reason in chosen.against_client],
            notices=list(notices),
        )


def _effect(contribution: Contribution) -> Effect:
    return {"feature": contribution.feature, "value": contribution.value, "points": contribution.points}


def _told(reason: Reason, language: Language) -> Told:
    words = words_in(language)
    return Told(
        feature=reason.feature,
        text=in_words(reason.feature, reason.value, words),
        typical=value_in_words(reason.feature, reason.typical, words),
        sentence=in_a_sentence(reason, words),
        points=reason.points,
    )


class BatchScore(TypedDict):
    """One client's line of a batch."""

    client: int
    probability: float
    points: float
    decision: Outcome
    band: Band


class Batch(TypedDict):
    """Scores in the order asked; clients that are not published are listed apart."""

    model_version: str
    threshold: float
    scores: list[BatchScore]
    unknown: list[int]


BATCH = TypeAdapter(Batch)


def batch_of(clients: list[int], scores: dict[int, Score], opened: Opened) -> Batch:
    """The answer to a batch; a client asked twice is answered twice."""
    policy = opened.policy
    known = [(client, scores[client]) for client in clients if client in scores]
    return {
        "model_version": opened.portfolio.champion.version,
        "threshold": policy.threshold,
        "scores": [
            {
                "client": client,
                "probability": score.probability,
                "points": score.points,
                "decision": policy.outcome(score.probability),
                "band": policy.band(score.probability, score.points),
            }
            for client, score in known
        ],
        "unknown": [client for client in clients if client not in scores],
    }


class Clients(BaseModel):
    """A page of client numbers, ascending."""

    clients: list[int]
    total: int
    next_after: int | None = Field(description="Ask with after= this for the next page; null at the end.")


class Model(BaseModel):
    """The champion and what was measured of it."""

    model_version: str
    release: str
    inputs: list[str]
    card: dict[str, Any] = Field(description="The model card: purpose, data, recipe, measures, limits.")


class ServedPolicy(BaseModel):
    """What the lender decided to do with probabilities."""

    threshold: float
    threshold_points: float
    grey_zone_points: float
    missed_default_weight: float
    model_version: str


class Life(BaseModel):
    """Of the process."""

    status: Literal["alive"] = "alive"


class Readiness(BaseModel):
    """What answers."""

    status: Literal["ready"] = "ready"
    commit: str
    release: str
    model_version: str
    clients: int
    demonstration: bool
    newer_waits: bool = Field(description="Another release is published and cannot be opened yet; the log says why.")
