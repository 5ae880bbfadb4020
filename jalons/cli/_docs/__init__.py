"""Writers of the generated pages of docs/: each returns the whole text of one file."""
