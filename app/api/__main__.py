"""Start the scoring API: ``make api``, or ``python -m app.api --port 8000 --workers 1``.

Imports next to nothing: each worker imports this module before it can answer the supervisor that it is alive.
"""

from __future__ import annotations

if __name__ == "__main__":
    from app.api.command_line import main

    main()
