"""What can be due with voluntary service: orders, packages, hours, wishes, lists, posts,
insurance."""

from . import care, giving, hours, orders, people, posts  # noqa: F401 - each fills the registry
