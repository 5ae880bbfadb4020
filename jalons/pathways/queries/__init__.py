"""Reads of the pathway, by subject."""
