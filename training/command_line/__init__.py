"""The verbs of ``python -m training``: each says what it wants and hands over, importing what is heavy only then."""
