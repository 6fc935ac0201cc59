from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from stations.foundation.sentences import speak


class StationsConfig(AppConfig):
    name = "stations"
    verbose_name = "同心站"

    def ready(self):
        """Collect what every app contributes, the way Django finds admin.py."""
        speak()
        autodiscover_modules(
            "access",
            "duties",
            "finders",
            "indicators",
            "menu",
            "reports",
            "front_page",
            "referrals",
            "answers",
            "map_layers",
            "tasks",
            "checks",
        )
