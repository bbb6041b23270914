"""Files people take away: made when they are asked for, for who may have them at that moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import streamlit as st

from app.language.words import Words
from app.ui.kit.error_boundary import error_boundary
from app.ui.kit.plain_text import plain
from app.ui.loaders import portfolio
from app.ui.shell.access_record import record_list
from app.ui.shell.acting import acting_as
from app.ui.shell.navigation import Role


@dataclass(frozen=True, slots=True)
class Export:
    """A file to take away.

    Attributes:
        name: of the two buttons, one to prepare it and one to download it.
        label: of the second, in English, to be translated.
        file, mime: what the browser calls it, and takes it for.
        roles: who may have it.
    """

    name: str
    label: str
    file: str
    mime: str
    roles: tuple[Role, ...]


def show_export(
    export: Export, make: Callable[[], str | bytes], words: Words, about: Callable[[], Iterable[int]] = tuple
) -> None:
    """The button that prepares a file; once it is clicked on, the one that downloads it.

    Args:
        about: the clients it says something of, whose access is logged.
    """
    # Streamlit's own deferred download runs outside of the session, where nobody can be asked who they are.
    if st.button(words.say("Prepare the export"), icon=":material/table:", key=f"prepare_{export.name}"):
        with error_boundary(words), acting_as(portfolio(), *export.roles) as person:
            record_list(person, export.name, about(), portfolio().champion.version)
            with st.spinner(words.say("Preparing the file…")):
                written = make()
            st.download_button(
                plain(words.say(export.label)),
                written,
                export.file,
                export.mime,
                icon=":material/download:",
                on_click="ignore",
                key=f"export_{export.name}",
            )
