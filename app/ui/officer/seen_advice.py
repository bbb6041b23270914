"""What an officer saw when they decided: sent along with the decision, which counts on nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from app.language.verdicts import choice_in_words
from app.language.words import Words, mark
from app.scoring.decision import Decision
from app.scoring.problems import VerdictProblem


@dataclass(frozen=True, slots=True)
class Seen:
    """The advice on the loan that is decided upon, and where the file stood, as a page shows them.

    Attributes:
        decision: None while the advice is suspended.
        changed: number of the event that changed the file last; the store tells who was faster.
    """

    decision: Decision | None
    changed: int

    @property
    def advice(self) -> tuple[object, ...]:
        """What the advice says, and what it rests on."""
        told = self.decision
        if told is None:
            return ()
        return told.outcome, told.band, told.probability, told.threshold, told.grey_zone_points, told.model_version

    @property
    def name(self) -> str:
        """Tells it from every other that may be shown to the same person."""
        return f"{self.changed}_{hash(self.advice)}"


def check_seen(seen: Seen, now: Seen, words: Words) -> None:
    """Raise VerdictProblem when another advice holds than the one that was seen."""
    if seen.advice != now.advice:
        raise VerdictProblem(
            mark("The advice has changed since it was shown to you. Shown: {shown}. Now: {now}."),
            mark("A decision counts on the advice that was seen: nothing was recorded, what you typed is still there."),
            mark("Read the advice above, then record your decision again."),
            shown=_in_words(seen.decision, words),
            now=_in_words(now.decision, words),
        )


def _in_words(decision: Decision | None, words: Words) -> str:
    if decision is None:
        return words.say("suspended")
    return words.say(
        "{advice} ({points} points, threshold {threshold}, model {model})",
        advice=choice_in_words(decision.outcome, words),
        points=words.number(round(decision.points)),
        threshold=words.number(round(decision.threshold_points)),
        model=decision.model_version,
    )
