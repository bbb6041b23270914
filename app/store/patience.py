"""How long anybody waits for the store, in seconds; whoever waited that long is told, and nothing is kept by half."""

CONNECT_SECONDS = 2
LOCK_SECONDS = 2
"""For the writer before, and for whoever holds a table."""
POOL_SECONDS = 5
"""For a connection of this process that another thread uses."""
STATEMENT_SECONDS = 4
ANSWER_SECONDS = 5
"""More than the server allows itself: only one that stands still is given up by its client."""
IDLE_SECONDS = 60
"""For a client that has a transaction open and does nothing: its locks are taken away."""
