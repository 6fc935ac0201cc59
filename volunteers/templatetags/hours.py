"""Minutes in words. `{% load hours %}`, `{{ hour.minutes|duration }}`."""

from django import template

from volunteers.foundation import durations, names

register = template.Library()


@register.filter
def duration(minutes):
    """ "2小时30分"."""
    return durations.duration(minutes or 0)


@register.filter
def masked(person):
    """ "吴*": enough for the same team to know whom it is about."""
    return names.masked_name(str(person))
