from django.db import models


class UsedToken(models.Model):
    """A proof of work that was spent. Its uniqueness makes it good for one post."""

    token = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(auto_now_add=True)
