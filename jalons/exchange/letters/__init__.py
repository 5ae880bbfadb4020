"""Letters to persons: convocations, orientations, contracts, reports, one by one or a thousand at a time; bytes kept."""
