"""Screens of the authority: agreements, figures, orientation, validation, exchanges."""
