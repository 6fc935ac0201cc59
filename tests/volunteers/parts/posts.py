"""posts: its share of the tests that walk the whole portal."""
