"""The référent's and the head's daily work."""
