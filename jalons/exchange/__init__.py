"""Partners: one folder per format, with its reader or writer, its mapping and its journal."""
