"""A reform tried on a whole caseload: two sets of rulebooks asked about the same facts, and what differs. Writes nothing."""
