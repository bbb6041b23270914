"""A reader over Streamlit's own WebSocket, without a browser: what the server draws, and how long it takes."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from urllib.parse import urlencode

from google.protobuf.message import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

PATIENCE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Shown:
    """What one run of a page drew.

    Attributes:
        milliseconds: from asking to the last message.
        text: every text and alternative text of its elements, tags left out.
        crashed: whether the script stopped on an exception of its own.
    """

    milliseconds: float
    text: str
    crashed: bool


class Session:
    """One reader. Each ``visit`` reruns the script, as a click does: the session's state stays."""

    def __init__(self, address: str) -> None:
        socket = address.replace("http", "ws", 1) + "/_stcore/stream"
        self._socket: ClientConnection = connect(socket, subprotocols=["streamlit"], max_size=None, compression=None)

    def __enter__(self) -> Session:
        self._socket.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.__exit__(kind, error, at)

    def visit(self, page: str = "", **address: object) -> Shown:
        """Ask for a page by its name in the address ("" is the first one) with the address's parameters."""
        asked = BackMsg()
        asked.rerun_script.query_string = urlencode(address)
        asked.rerun_script.page_name = page
        asked.rerun_script.context_info.locale = "en-GB"
        started = time.perf_counter()
        self._socket.send(asked.SerializeToString())
        messages = list(self._until_finished())
        milliseconds = (time.perf_counter() - started) * 1_000
        deltas = [message.delta for message in messages if message.WhichOneof("type") == "delta"]
        text = "\n".join(text for delta in deltas for text in _texts(delta))
        crashed = any(delta.new_element.WhichOneof("type") == "exception" for delta in deltas)
        return Shown(milliseconds, re.sub(r"<[^>]+>", " ", text), crashed)

    def _until_finished(self) -> Iterator[ForwardMsg]:
        while True:
            message = ForwardMsg()
            message.ParseFromString(self._socket.recv(timeout=PATIENCE_SECONDS))
            yield message
            if message.WhichOneof("type") == "script_finished":
                return


def _texts(message: Message) -> Iterator[str]:
    for field, value in message.ListFields():
        if field.type == field.TYPE_MESSAGE:
            for each in (value,) if isinstance(value, Message) else value:
                if isinstance(each, Message):  # not the key of a map
                    yield from _texts(each)
        elif isinstance(value, str) and not value.startswith("<style"):
            yield value
