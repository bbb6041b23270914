"""How the store's tables came to be what they are: one file a revision, run by alembic (``app.store.revision``)."""
