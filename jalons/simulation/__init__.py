"""A seeded synthetic département, for the demo and the benches."""
