"""The authority's steering: agreements, figures, decisions, imports."""
