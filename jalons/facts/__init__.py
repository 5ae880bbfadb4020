"""Contracts of the fact tables, view builder, engines, Parquet snapshot."""
