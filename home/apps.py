from typing import Any

from django.apps import AppConfig

from kit import registry


class HomeConfig(AppConfig):
    name = "home"
    label = "home"
    verbose_name = "Site"

    def ready(self) -> None:
        from home.search import find_pages

        registry.searches.add(
            registry.Search(key="home.pages", label="Pages", find=find_pages, queries=2, order=400)
        )
        _listen_to_wagtail()


def _listen_to_wagtail() -> None:
    """Wagtail publishes on a schedule too, and has no hook for that: only here do we listen to signals."""
    from django.db.models.signals import post_delete, post_save
    from wagtail.models import Site
    from wagtail.signals import page_published, page_unpublished

    for signal in (page_published, page_unpublished):
        signal.connect(_forget, dispatch_uid="home.forget")
    for signal in (post_save, post_delete):
        signal.connect(_forget, sender=Site, dispatch_uid="home.forget")


def _forget(**kwargs: Any) -> None:
    from kit.caching import forget_public_pages

    forget_public_pages()
