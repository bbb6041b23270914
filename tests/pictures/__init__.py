"""The pictures of the README and of ``docs``, taken anew by ``python -m tests.pictures``."""
