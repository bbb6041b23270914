"""What can go wrong, said so that a person can act: what was found, the rule it breaks, the way out."""

from __future__ import annotations


class Problem(Exception):
    """A fault worth a sentence rather than a traceback.

    The three sentences are templates with named fields, so that a page can translate the sentence and keep the values.

    Args:
        found: what was met, with its value, e.g. ``"{file}: column {column} is missing"``.
        rule: the rule it breaks.
        way_out: what to do next.
        values: the fields of the three templates.
    """

    def __init__(self, found: str, rule: str, way_out: str, **values: object) -> None:
        self.found, self.rule, self.way_out, self.values = found, rule, way_out, values
        super().__init__(" ".join(part.format(**values) for part in (found, rule, way_out) if part))

    @property
    def sentences(self) -> tuple[str, str, str]:
        """Templates of what was found, the rule, the way out; ``values`` fills them."""
        return self.found, self.rule, self.way_out


class TableProblem(Problem):
    """A raw table that cannot be read as the schema declares it."""


class ModelProblem(Problem):
    """A champion folder that is incomplete, altered, or of another feature list."""


class PortfolioProblem(Problem):
    """A served portfolio that is absent, incomplete, or of another model version."""


class UnknownClient(Problem):
    """An identifier that names no client of the served portfolio."""


class StoreProblem(Problem):
    """The store's database cannot be read or written right now."""


class BrokenEvidence(StoreProblem):
    """Evidence that is not as it was written, or not where it was: nothing is decided by it."""


class BrokenJournal(BrokenEvidence):
    """The chain does not hold: ``values["number"]`` is the first entry that is not as it was written."""


class BackupProblem(Problem):
    """A back-up that cannot be made or restored: nothing that was there is changed."""


class VerdictProblem(Problem):
    """A person's decision that lacks what the journal must hold."""


class CaseProblem(Problem):
    """Something that cannot be done to a file as it stands: nothing of it is recorded."""


class PolicyProblem(Problem):
    """A proposal or an activation that the history of policies cannot take."""


class SuspensionProblem(Problem):
    """A suspension, its lifting or an incident that cannot be recorded."""


class AdviceSuspended(Problem):
    """The advice is suspended: people decide without it."""


class NumberProblem(Problem):
    """What was typed where a number belongs, and is none that can stand there."""


class SimulationProblem(Problem):
    """An edit that no application could bear."""


class QuestionProblem(Problem):
    """A question about a column that is not there, or about nothing."""


class DriftProblem(Problem):
    """Populations that cannot be compared, or a comparison that cannot be read."""


class AccessProblem(Problem):
    """Somebody, or some setting, that does not open what was asked for."""


class LinkProblem(Problem):
    """A customer's link that opens nothing."""
