"""A file's life: its events, the state that follows from them, and what may come next. Nothing here reads or writes."""
