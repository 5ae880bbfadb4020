"""Agreements and in-house offers, amendments, funded places, carriers and groups."""
