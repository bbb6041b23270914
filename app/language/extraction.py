"""Babel extractors for the messages that are no call of ``say``: problems' sentences, feature labels, category values.

``app/language/locale/babel.cfg`` names them. Extract and merge with::

    pybabel extract -F app/language/locale/babel.cfg -k say -k plural:1,2 -k mark --no-location -o /tmp/messages.pot app
    pybabel update -i /tmp/messages.pot -d app/language/locale -N --ignore-obsolete
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

from app.scoring import problems as problem_classes

Message = tuple[int, str, str, list[str]]
PROBLEMS = frozenset(name for name, value in vars(problem_classes).items() if isinstance(value, type))
SENTENCES = 3


def problems(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Message]:
    """The three sentences of every problem a file raises, written there or in a constant of the same file."""
    module = ast.parse(file.read())
    constants = {
        target.id: node.value.value
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for call in ast.walk(module):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in PROBLEMS:
            for argument in call.args[:SENTENCES]:
                if sentence := _sentence(argument, constants):
                    yield call.lineno, "", sentence, []


def _sentence(argument: ast.expr, constants: Mapping[str, object]) -> str:
    if isinstance(argument, ast.Constant):
        return str(argument.value)
    # A sentence that is imported is found where it is declared, and told as well.
    return str(constants.get(argument.id, "")) if isinstance(argument, ast.Name) else ""


def features(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Message]:
    """The label of every feature: some are put together when they are declared, so they are read there."""
    from app.scoring.features import FEATURES

    yield from _listed(feature.label for feature in FEATURES)


def categories(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Message]:
    """Every category value as people say it."""
    from app.language.categories import CATEGORY_WORDS, RECORD_WORDS

    worded = (*CATEGORY_WORDS.values(), *RECORD_WORDS.values())
    yield from _listed(wording for values in worded for wording in values.values())


def reasons(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Message]:
    """The reasons of a decision."""
    from app.scoring.verdict import REASON_CODES

    yield from _listed(REASON_CODES.values())


def causes(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Message]:
    """Why a store's database cannot be used, read from its constants: this floor does not import the store."""
    for node in ast.parse(file.read()).body:
        if isinstance(node, ast.Assign) and "CAUSE" in ast.unparse(node.targets[0]):
            said = ast.literal_eval(node.value)
            yield from _listed(said.values() if isinstance(said, dict) else [said])


def _listed(messages: Collection[str] | Iterator[str]) -> Iterator[Message]:
    return ((0, "", message, []) for message in dict.fromkeys(messages))
