"""One table: which room answers each port. Read here who reacts to what; nothing else is wired anywhere."""
