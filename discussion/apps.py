from django.apps import AppConfig


class DiscussionConfig(AppConfig):
    name = "discussion"
    label = "discussion"
    verbose_name = "Discussions"
