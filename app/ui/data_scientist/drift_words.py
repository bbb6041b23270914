"""A comparison of populations in sentences: what to do, by how much a column moved, what its bins hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.language.features import label, value_in_words
from app.language.words import Words, mark
from app.scoring.drift import Check, Drift, Expected, Measure, Signal, Stability
from app.scoring.features import by_name
from app.ui.charts.then_and_now import Row
from app.ui.kit.plain_text import Markdown, plain

SCORE = "points"
VERDICTS: dict[Signal, str] = {
    "stable": mark("Stable"),
    "investigate": mark("To investigate"),
    "act": mark("To act on"),
}
MEASURES: dict[Measure, str] = {
    "mean_probability": mark("Mean probability of default"),
    "acceptance": mark("Accepted"),
    "default_rate": mark("Not repaid"),
    "auc": mark("AUC"),
    "cost": mark("Cost per client"),
    "calibration": mark("Calibration shift"),
}
NAMED = 12
"""Categories named one by one."""


def name(feature: str, words: Words) -> str:
    """What people call a column that is compared."""
    return words.say("Score") if feature == SCORE else label(feature, words)


def dated(run: str, words: Words) -> str:
    """When a run was made, from its name."""
    return words.moment(datetime.strptime(run[:16] + "+0000", "%Y%m%dT%H%M%SZ%z")) + " UTC"


def briefly_dated(run: str, words: Words) -> str:
    """The day and month of a run, from its name."""
    return words.day_and_month(datetime.strptime(run[:8], "%Y%m%d").date())


def provenance(drift: Drift, words: Words) -> str:
    """What all of the page rests on, in one line: version, date, sizes."""
    values = {
        "version": drift.model_version,
        "date": dated(drift.run, words),
        "current": words.number(drift.current.clients),
        "reference": words.number(drift.reference_clients),
        "scored": words.number(drift.reference.clients),
    }
    if drift.out_of_fold:
        return words.say(
            "Model {version} · {date} · {current} clients today; items against {reference} the model learnt from, "
            "scores against {scored} it had not seen",
            **values,
        )
    return words.say(
        "Model {version} · {date} · {current} clients today; items against {reference} the model learnt from, scores "
        "against {scored} it may have learnt from",
        **values,
    )


def recommendation(drift: Drift, words: Words) -> tuple[str, str]:
    """What was found, and what to do."""
    inputs = sum(each.importance > 0 for each in drift.features)
    if drift.signal == "stable":
        return (
            words.say("Today’s clients are like those the model learnt from."),
            words.say("Compare again with the outcomes of these clients.")
            if drift.outcomes_of_nobody
            else words.say("Nothing to do until the next comparison."),
        )
    surprised = [each for each in drift.checks if each.signal != "stable"]
    told = f"{_items_moved(len(drift.drifting), inputs, words)} {_score_moved(drift.score, words)}"
    if surprised:
        named = words.enumeration([_in_a_sentence(words.say(MEASURES[each.measure])) for each in surprised])
        told = words.say("{told} Not as expected: {figures}.", told=told, figures=named)
    if drift.by_outcomes:
        return told, _after_outcomes(drift.signal, words)
    if drift.signal == "investigate":
        todo = words.say("Find out why the first items of the list moved; the model may stay in service meanwhile.")
    else:
        todo = words.say("Check where the first items of the list come from today, then train again on recent clients.")
    return told, todo


def most_of_all(drift: Drift, words: Words) -> str:
    """What gave the signal: the item that weighs and moved most, else the figures; empty where it is stable."""
    if drift.signal == "stable":
        return ""
    if drift.drifting:
        return _moved_how(drift.drifting[0], words)
    surprised = [each.measure for each in drift.checks if each.signal != "stable"]
    if surprised:
        named = words.enumeration([_in_a_sentence(words.say(MEASURES[each])) for each in surprised])
        return words.say("Not as expected: {figures}.", figures=named)
    return _score_moved(drift.score, words)


def _moved_how(told: Stability, words: Words) -> str:
    item, (before, now) = name(told.feature, words), told.missing
    if told.new_categories:
        return words.labelled(item, newcomers(told, words))
    if told.missing_drift > told.value_drift:
        return words.say(
            "{item}: not provided for {now} of today’s clients, for {before} then.",
            item=item,
            now=words.percent(now),
            before=words.percent(before),
        )
    return words.say("{item}: the values have moved, stability index {psi}.", item=item, psi=index(told.psi, words))


def ranking(drift: Drift, words: Words) -> str:
    """Whether the model still ranks clients, as far as outcomes say."""
    realised = drift.on_current.realised
    if drift.outcomes_of_nobody:
        return words.say(
            "Whether the model still ranks clients is not known: of {count} outcomes given, none is of a client of "
            "today.",
            count=words.number(drift.outcomes_given or 0),
        )
    if realised is None:
        return words.say("Whether the model still ranks clients is not known: no outcome was given.")
    clients, told = words.number(realised.clients), next((each for each in drift.checks if each.measure == "auc"), None)
    if told is None:
        if realised.auc is None:
            return words.say("Whether the model still ranks clients is not known: all outcomes are the same.")
        return words.say(
            "Whether the model still ranks clients is not known: its ranking was not checked on the {clients} outcomes "
            "given.",
            clients=clients,
        )
    values = {"clients": clients, "found": figure(told.found, words), "expected": figure(told.expected, words)}
    if told.signal == "stable":
        return words.say(
            "The model still ranks clients: AUC {found} on {clients} outcomes, {expected} expected.", **values
        )
    if 1 - told.found >= told.low:  # the other way round, it ranks as well as expected
        return words.say(
            "The model ranks clients the wrong way round: AUC {found} on {clients} outcomes, {expected} expected. Are "
            "the outcomes these clients’, and 1 for a loan that is not repaid?",
            **values,
        )
    return words.say(
        "The model ranks clients less well than it should: AUC {found} on {clients} outcomes, {expected} expected.",
        **values,
    )


def _after_outcomes(signal: Signal, words: Words) -> str:
    if signal == "act":
        return words.say(
            "What clients did is not what the model announced: check the outcomes that were given, then train again "
            "with them; until then, decide with caution."
        )
    return words.say(
        "What clients did is not quite what the model announced: check the outcomes that were given, and compare again "
        "when more are known."
    )


def checked(told: Check, words: Words) -> tuple[str, ...]:
    """A check as a row: its figure, what was expected, what chance leaves, today's, the verdict."""
    expected, low, high, found = (_measured(told.measure, value, words) for value in _values(told))
    between = words.say("{low} to {high}", low=low, high=high)
    return words.say(MEASURES[told.measure]), expected, between, found, words.say(VERDICTS[told.signal])


def _values(told: Check) -> tuple[float, ...]:
    return told.expected, told.low, told.high, told.found


def _measured(measure: Measure, value: float, words: Words) -> str:
    value = max(value, 0.0)
    return figure(value, words) if measure in ("auc", "cost") else words.percent(value, 1)


def about_checks(drift: Drift, words: Words) -> str:
    """Whom the checks rest on."""
    realised, everyone = drift.on_current.realised, words.number(drift.current.clients)
    if drift.outcomes_of_nobody:
        return words.say("Of {clients} clients today; the outcomes given are of other clients.", clients=everyone)
    if realised is None:
        return words.say("Of {clients} clients today; their outcomes were not given.", clients=everyone)
    rest = realised.clients < drift.current.clients
    who = words.say("Those whose outcome is known may differ from the others.") if rest else ""
    told = words.say(
        "Scores of {clients} clients today, outcomes of {known} of them. Expected is what the scores announce, "
        "corrected by how far outcomes of the reference were from it; the calibration shift is how far today’s are "
        "from those, summed over tenths of the score. What is within chance allows for all that is checked at once.",
        clients=everyone,
        known=words.number(realised.clients),
    )
    return f"{told} {who}".rstrip()


def _in_a_sentence(title: str) -> str:
    return title if title.isupper() else title[0].lower() + title[1:]


def _items_moved(moved: int, inputs: int, words: Words) -> str:
    if not moved:
        return words.say("None of the {inputs} items the model reads has moved.", inputs=words.number(inputs))
    return words.plural(
        "{count} of the {inputs} items the model reads has moved.",
        "{count} of the {inputs} items the model reads have moved.",
        moved,
        inputs=words.number(inputs),
    )


def _score_moved(score: Stability, words: Words) -> str:
    if score.signal == "stable":
        return words.say("The score is spread as before.")
    if score.signal == "investigate":
        return words.say("The score has moved as well.")
    return words.say("The score has moved far as well.")


def index(value: float, words: Words) -> str:
    """A stability index."""
    return words.points(value, 3 if value < 0.995 else 2)


def moved(told: Stability, words: Words) -> str:
    """By how much a column moved, and which part of it is values and which is missing ones."""
    values = {
        "psi": index(told.psi, words),
        "low": index(told.low, words),
        "high": index(told.high, words),
        "values": index(told.value_drift, words),
        "missing": index(told.missing_drift, words),
        "chance": index(told.chance, words),
    }
    if told.psi <= told.chance:
        return words.say("Stability index {psi}: no more than chance alone explains ({chance}).", **values)
    if told.missing_drift:
        return words.say(
            "Stability index {psi} (95% interval: {low} to {high}): {values} from the values, {missing} from what is "
            "not provided.",
            **values,
        )
    return words.say("Stability index {psi} (95% interval: {low} to {high}), all of it from the values.", **values)


def verdict(told: Stability, words: Words) -> Markdown:
    """What its band says, and by how much it moved."""
    said = plain(words.say(VERDICTS[told.signal]))
    return Markdown(words.say("**{verdict}.** {moved}", verdict=said, moved=plain(moved(told, words))))


def newcomers(told: Stability, words: Words) -> str:
    """Categories nobody had before; empty when there is none."""
    if not told.new_categories:
        return ""
    named = [value_in_words(told.feature, value, words) for value, _ in told.new_categories[:NAMED]]
    return words.plural(
        "{count} client has a value that nobody had before: {values}.",
        "{count} clients have a value that nobody had before: {values}.",
        told.current[-2],
        values=words.enumeration(named),
    )


def rows(told: Stability, words: Words) -> tuple[Row, ...]:
    """The bins anyone is in, as rows people read; the rarest categories put together."""
    before, now = sum(told.reference), sum(told.current)
    pairs = zip(_labels(told, words), told.reference, told.current, strict=True)
    found = [Row(text, one / before, other / now) for text, one, other in pairs if one or other]
    extra = found[NAMED:-2] if told.categories else []
    if len(extra) < 2:
        return tuple(found)
    others = words.plural("The {count} other value", "The {count} other values", len(extra))
    together = Row(others, sum(row.before for row in extra), sum(row.now for row in extra))
    return (*found[:NAMED], together, *found[-2:])


def borders(told: Stability, words: Words) -> tuple[str, ...]:
    """What lies between the bins of ``rows`` that hold values, where these stand in an order; none for categories."""
    if told.categories or len(told.reference) != len(told.edges) + 2:
        return ()
    filled = [place for place in range(len(told.edges) + 1) if told.reference[place] or told.current[place]]
    return tuple(_edge(told, place, words) for place in filled[:-1])


def _labels(told: Stability, words: Words) -> list[str]:
    missing = words.say("not provided")
    if len(told.reference) == len(told.edges) + 2 and not told.categories:
        return [*(_range(told, place, words) for place in range(len(told.edges) + 1)), missing]
    known = [value_in_words(told.feature, value, words) for value in told.categories]
    return [*known, words.say("values nobody had before"), missing]


def _range(told: Stability, place: int, words: Words) -> str:
    edges, declared = told.edges, by_name.get(told.feature)
    if not edges:
        return words.say("provided")
    if declared and declared.kind == "flag":
        return value_in_words(told.feature, float(place == len(edges) and edges[-1] > 0), words)
    if place == 0:
        return words.say("under {value}", value=_edge(told, 0, words))
    if place == len(edges):
        return words.say("{value} or more", value=_edge(told, -1, words))
    if declared and declared.unit == "count" and edges[place] - edges[place - 1] == 1:
        return _edge(told, place - 1, words)
    return words.say("{low} to {high}", low=_edge(told, place - 1, words), high=_edge(told, place, words))


def _edge(told: Stability, place: int, words: Words) -> str:
    value = told.edges[place]
    return words.points(value) if told.feature == SCORE else value_in_words(told.feature, value, words)


def spoken(title: str, told: Iterable[Row], words: Words) -> str:
    """Rows as a text alternative."""
    each = "; ".join(
        words.say(
            "{label} {before} then, {now} today",
            label=row.label,
            before=words.percent(row.before, 1),
            now=words.percent(row.now, 1),
        )
        for row in told
    )
    return words.labelled(title, each)


def figure(value: float, words: Words) -> str:
    """An AUC or a cost per client."""
    return words.points(value, 3)


def ranged(expected: Expected, what: str, words: Words) -> str:
    """An expected figure with its range."""
    value, low, high = (figure(getattr(expected, f"{what}{end}"), words) for end in ("", "_low", "_high"))
    return words.say("{value} ({low} to {high})", value=value, low=low, high=high)
