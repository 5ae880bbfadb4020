"""Components, charts, tables and exports. Knows no domain word."""
