"""The contracts of the fact tables, by subject; ``jalons.facts.contracts`` gathers them."""
