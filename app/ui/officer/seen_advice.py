"""What an officer saw when they decided: sent along with the decision, which counts on nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from app.language.verdicts import choice_in_words
from app.language.words import Words, mark
from app.scoring.decision import Decision
from app.scoring.problems import VerdictProblem
from app.store.journal import Entry


@dataclass(frozen=True, slots=True)
class Seen:
    """The advice on a client and the decisions before, as a page shows them.

    Attributes:
        past: the newest first.
    """

    decision: Decision
    past: tuple[Entry, ...]

    @property
    def advice(self) -> tuple[object, ...]:
        """What the advice says, and what it rests on."""
        told = self.decision
        return told.outcome, told.band, told.probability, told.threshold, told.grey_zone_points, told.model_version

    @property
    def last(self) -> int:
        """Number of the newest decision; 0 where there is none."""
        return self.past[0].number if self.past else 0

    @property
    def name(self) -> str:
        """Tells it from every other that may be shown to the same person."""
        return f"{self.last}_{hash(self.advice)}"


def check_seen(seen: Seen, now: Seen, attempt: str, words: Words) -> None:
    """Raise VerdictProblem when another advice holds than the one that was seen, or a colleague decided meanwhile.

    Args:
        attempt: what it is recorded by; if it was recorded already, nothing of that matters any more.
    """
    if any(entry.attempt == attempt for entry in now.past):
        return
    if seen.advice != now.advice:
        raise VerdictProblem(
            mark("The advice has changed since it was shown to you. Shown: {shown}. Now: {now}."),
            mark("A decision counts on the advice that was seen: nothing was recorded, what you typed is still there."),
            mark("Read the advice above, then record your decision again."),
            shown=_in_words(seen.decision, words),
            now=_in_words(now.decision, words),
        )
    if seen.last != now.last:
        raise VerdictProblem(
            mark("{who} recorded a decision on this client meanwhile: {choice}."),
            mark("One decides knowing what was decided: nothing was recorded, what you typed is still there."),
            mark("Read that decision below, then record yours again."),
            who=now.past[0].officer,
            choice=choice_in_words(now.past[0].choice, words),
        )


def _in_words(decision: Decision, words: Words) -> str:
    return words.say(
        "{advice} ({points} points, threshold {threshold}, model {model})",
        advice=choice_in_words(decision.outcome, words),
        points=words.number(round(decision.points)),
        threshold=words.number(round(decision.threshold_points)),
        model=decision.model_version,
    )
