from django.apps import AppConfig


class ResidentsMapConfig(AppConfig):
    name = "residents_map"
