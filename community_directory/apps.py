from django.apps import AppConfig


class CommunityDirectoryConfig(AppConfig):
    name = "community_directory"
    label = "community_directory"
    verbose_name = "Communities"
