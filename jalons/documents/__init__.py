"""Templates to PDF, exact bytes with their hash, signatures, uploads."""
