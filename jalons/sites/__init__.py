"""Faces, one folder per audience."""
