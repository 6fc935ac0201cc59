"""What can be raised here out of other apps' pages, and where our own things came from."""

from . import giving, orders  # noqa: F401 - each fills the registry
