from django.apps import AppConfig
from django.db.models.signals import pre_save


class VolunteersConfig(AppConfig):
    name = "volunteers"

    def ready(self):
        from volunteers.services.former_phones import remember_phone

        pre_save.connect(remember_phone, sender="stations.User", dispatch_uid="volunteers.phones")
