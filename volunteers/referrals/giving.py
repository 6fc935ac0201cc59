"""What can be raised here out of other apps' pages, and where our own things came from: giving."""
