"""What can be due with voluntary service: orders, packages, hours, wishes, lists, posts."""

from . import care, giving, hours, orders, posts  # noqa: F401 - each fills the registry
