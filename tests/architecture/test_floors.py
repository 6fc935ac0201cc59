"""Foreign keys go down too: import-linter cannot see those written as strings."""

from django.apps import apps

FLOORS = {"stations": 0, "deliberation": 1, "volunteers": 1, "residents_map": 1}


def test_foreign_keys_stay_in_their_app_or_go_down():
    wrong = [
        str(field)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation
        and not field.auto_created
        and field.related_model
        and {model._meta.app_label, field.related_model._meta.app_label} <= FLOORS.keys()
        and model._meta.app_label != field.related_model._meta.app_label
        and FLOORS[model._meta.app_label] <= FLOORS[field.related_model._meta.app_label]
    ]
    assert not wrong


def test_every_constraint_and_index_is_named_after_its_app():
    """A refusal of the database names the rule: it has to be findable."""
    unnamed = [
        rule.name
        for model in apps.get_models()
        if model._meta.app_label in FLOORS
        for rule in [*model._meta.constraints, *model._meta.indexes]
        if not rule.name.startswith(model._meta.app_label)
    ]
    assert not unnamed
