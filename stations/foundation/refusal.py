"""How an act says no."""

from django.core.exceptions import ValidationError


def refuse(sentence):
    """An act that cannot be done, in a sentence for people."""
    raise ValidationError(sentence)
