"""Jalons: follows and steers insertion pathways, from the CAF file to the month's figures."""

__version__ = "0.1.0"
