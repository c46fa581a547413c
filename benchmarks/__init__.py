"""What a page costs, beside a page that does next to nothing. docs/benchmarks.md says how."""
