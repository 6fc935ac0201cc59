"""What voluntary service says to people: orders."""
