"""How long a caller may take to send a request and to read its answer, and how many connections one may hold: nobody
keeps real callers out by sending half of something, or by reading nothing. uvicorn bounds none of it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from ipaddress import IPv6Address, ip_address, ip_network

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

SEND_WITHIN_SECONDS = 10.0
"""From the connection, or the first byte of a later request, to the last byte of the body: 4 MB on a slow line."""
READ_WITHIN_SECONDS = 30.0
"""For what the system's own buffers did not take of an answer: 4 MB of them at worst, on a slow line."""
OF_ONE_HOUSEHOLD = 64
"""Bits of an IPv6 address that name whose it is: the others are that household's or machine's to choose."""
SHARE_OF_FILES = 0.75
"""Of the files a worker may open, those its callers may hold; the release and the store want some too."""
MOST_FILES = 8_192
TOO_LATE = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
log = logging.getLogger(__name__)


def bound_connections(most_of_an_address: int) -> None:
    """Set the bounds of this process: of one address, and in all by the files it may open, raised as far as it may."""
    Connection.most = int(_open_files() * SHARE_OF_FILES)
    Connection.most_of_an_address = most_of_an_address


def _open_files() -> int:
    try:
        import resource
    except ImportError:  # not on Windows, which has no such bound
        return MOST_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if allowed > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return max(soft, allowed)


class Held:
    """The connections of one worker.

    Attributes:
        of: how many each caller holds, by network address.
        sending: those whose request is not whole yet, the oldest first.
    """

    def __init__(self) -> None:
        self.of: Counter[str] = Counter()
        self.sending: dict[Connection, None] = {}

    def make_room(self, most: int) -> None:
        """Close the connection that has been sending longest, where more than ``most`` are open."""
        if self.of.total() > most and self.sending:
            log.warning("A connection that has not sent a whole request gives way: %d are open.", self.of.total())
            next(iter(self.sending)).give_up()

    def make_room_of(self, address: str, most: int) -> bool:
        """The same among those of one address, which holds more than ``most``; False when none of them is sending."""
        late = next((each for each in self.sending if each.address == address), None)
        if late is None:
            log.warning("A connection is refused: its address holds %d.", most)
            return False
        log.warning("A connection that has not sent a whole request gives way: its address holds %d.", most)
        late.give_up()
        return True

    def leave(self, address: str) -> None:
        """One connection less of an address."""
        self.of[address] -= 1
        if self.of[address] <= 0:
            del self.of[address]


def network_of(address: str) -> str:
    """Whose connection it is: an IPv4 address, or the network of an IPv6 one."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:  # a socket of the machine
        return address
    if not isinstance(found, IPv6Address):
        return address
    return str(found.ipv4_mapped or ip_network((found, OF_ONE_HOUSEHOLD), strict=False))


class Connection(HttpToolsProtocol):
    """One caller's connection.

    Attributes:
        held: every connection of this worker.
        most: how many may be open in all; a new one takes the place of the one that has been sending longest.
        most_of_an_address: how many one caller's network address may hold; one that is sending gives way to the next.
            A proxy the server was told to trust (``FORWARDED_ALLOW_IPS``) holds those of all its callers, and bounds
            them itself.
    """

    held = Held()
    most = 384
    most_of_an_address = 200
    address = ""
    _late: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count it, and wait for a request."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=0)  # told of the first byte that the system does not take
        self.address = network_of(self.client[0]) if self.client else ""
        self.held.of[self.address] += 1
        crowded = self.held.of[self.address] > self.most_of_an_address and not self._is_trusted()
        if crowded and not self.held.make_room_of(self.address, self.most_of_an_address):
            transport.abort()
            return
        self._await_request()
        self.held.make_room(self.most)

    def data_received(self, data: bytes) -> None:
        """Wait for a whole request from its first byte, were it an empty line: that ends uvicorn's own patience."""
        if self.cycle is None or self.cycle.response_complete:
            self._await_request()
        super().data_received(data)

    def pause_writing(self) -> None:
        """Wait for the caller to read."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(READ_WITHIN_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Everything is on its way."""
        self._is_read()
        super().resume_writing()

    def on_message_begin(self) -> None:
        """Wait for the rest."""
        super().on_message_begin()
        self._await_request()

    def on_message_complete(self) -> None:
        """The request is whole: nothing is waited for."""
        self._is_whole()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it out."""
        self._is_whole()
        self._is_read()
        self.held.leave(self.address)
        super().connection_lost(exc)

    def give_up(self) -> None:
        """Say that it took too long, where nothing was answered yet, and close."""
        self._is_whole()
        if self.cycle is None or not self.cycle.response_started:
            self.transport.write(TOO_LATE)
        self.transport.close()

    def _await_request(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(SEND_WITHIN_SECONDS, self.give_up)
            self.held.sending[self] = None

    def _is_whole(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
        self.held.sending.pop(self, None)

    def _is_read(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _is_trusted(self) -> bool:
        caller = self.client[0] if self.client else ""
        trusted = self.config.forwarded_allow_ips or ""
        listed = trusted.split(",") if isinstance(trusted, str) else trusted
        return any(each.strip() in ("*", caller) for each in listed)
