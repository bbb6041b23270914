"""The address somebody asked for before they signed in: they land there afterwards.

Signing in leaves the desk and comes back to its own address in a new session. So the tab itself remembers, for as long
as it is open, and only an address of this desk.
"""

from __future__ import annotations

import streamlit as st

REMEMBER = """<script>
if (location.pathname !== "/" || new URLSearchParams(location.search).has("client"))
  sessionStorage.setItem("asked", location.pathname + location.search);
</script>"""
GO_ON = """<script>
{
const asked = sessionStorage.getItem("asked");
sessionStorage.removeItem("asked");
if (asked && /^\\/(?![\\/\\\\])/.test(asked) && asked !== location.pathname + location.search) location.replace(asked);
}
</script>"""


def remember_address() -> None:
    """Have the tab remember what was asked for; drawn beside the sign-in."""
    st.html(REMEMBER, unsafe_allow_javascript=True)


def go_to_asked_address() -> None:
    """Go there, once; drawn for who is signed in."""
    st.html(GO_ON, unsafe_allow_javascript=True)
