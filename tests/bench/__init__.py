"""`make bench`: ratios measured side by side on real server processes (docs/bench.md)."""
