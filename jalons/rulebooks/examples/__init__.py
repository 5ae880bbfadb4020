"""Worked examples: an invented file in French, and what a rulebook must say of it. The format is told in ``content/README.md``."""
