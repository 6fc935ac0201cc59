"""What voluntary service says to people: giving."""
