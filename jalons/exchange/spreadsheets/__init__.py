"""Tables of anyone (CSV, XLSX): preview, then one result per row."""
