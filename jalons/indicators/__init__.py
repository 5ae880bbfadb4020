"""Definitions of figures, base measures, masking and the monthly cube."""
