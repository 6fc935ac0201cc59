"""What voluntary service says to people: one noun a file."""
