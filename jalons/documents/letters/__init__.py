"""Letters: models written by each authority, the mentions they may hold, and the paper made of one."""
