"""The hot paths measured against a baseline of the same run: `make bench`, explained in `docs/bench.md`. Not shipped."""
