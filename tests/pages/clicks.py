"""A click on what asks something of a page, in a table, as a browser sends it."""

from __future__ import annotations

import json

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest


def click(app: AppTest, asked: str) -> AppTest:
    """Click on what asks for that; it must be there."""
    assert f'data-asks="{asked}"' in " ".join(each.proto.body for each in app.get("html")), asked
    return send(app, asked)


def send(app: AppTest, asked: str) -> AppTest:
    """Ask for that, whether it is there or not."""
    (listener,) = app.get("bidi_component")
    states = app._tree.get_widget_states()
    trigger = states.widgets.add()
    trigger.id = _make_trigger_id(listener.proto.id, "events")
    trigger.json_trigger_value = json.dumps([{"event": "asked", "value": asked}])
    return app._run(states)
