from typing import Any

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "files"
    label = "files"
    verbose_name = "Files"

    def ready(self) -> None:
        from files.personal import HELD
        from kit import personal
        from kit.audit import Deed, deeds

        personal.declare(*HELD)
        deeds.add(Deed(key="files.audience", label="Changed who can see a file"))
        _set_policies()
        _forget_pages_with_files()


def _set_policies() -> None:
    """For exactly our models, which holds over what Wagtail's own apps set for them and whatever inherits from them."""
    from wagtail.permissions import policy_registry

    from files.models import PortalDocument, PortalImage
    from files.policy import SeenFilesPolicy

    for model, rights in ((PortalImage, "wagtailimages.Image"), (PortalDocument, "wagtaildocs.Document")):
        policy = SeenFilesPolicy(model, auth_model=rights, owner_field_name="uploaded_by_user")
        policy_registry.register(model, value=policy, exact_class=True)


def _forget_pages_with_files() -> None:
    """Files are deleted with their collection and in bulk too, which only a signal tells of."""
    from django.db.models.signals import post_delete, post_save

    from files.models import PortalDocument, PortalImage

    for model in (PortalImage, PortalDocument):
        post_save.connect(_forget, sender=model, dispatch_uid=f"files.saved.{model.__name__}")
        post_delete.connect(_forget, sender=model, dispatch_uid=f"files.deleted.{model.__name__}")


def _forget(created: bool = False, **kwargs: Any) -> None:
    """No visitor sees a page that shows it as it was; one that is new stands on no page yet."""
    from kit.caching import forget_public_pages

    if not created:
        forget_public_pages()
