"""Pages of those who are looked after: people, their cards, packages, calls."""
