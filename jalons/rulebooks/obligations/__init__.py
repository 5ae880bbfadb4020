"""Obligations: rulebooks bound to rows, each shape one SQL text in the DuckDB dialect, answers with dates and no moods."""
