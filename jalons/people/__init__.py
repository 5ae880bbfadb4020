"""Households, persons, RSA rights over time, access to dossiers, consents and retention."""
