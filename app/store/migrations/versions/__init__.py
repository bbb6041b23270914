"""Revisions, each as it was when it was written: what a database holds today is not looked up in today's code."""
