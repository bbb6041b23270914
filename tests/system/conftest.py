"""What system tests may ask for: real servers (``servers``) and the desk in a real browser (``desk``)."""

from tests.system.desk import browser, client, own_server, server, tabs, visit
from tests.system.servers import postgresql_server, postgresql_url, run_api

__all__ = [
    "browser",
    "client",
    "own_server",
    "postgresql_server",
    "postgresql_url",
    "run_api",
    "server",
    "tabs",
    "visit",
]
