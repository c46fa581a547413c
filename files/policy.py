"""What Wagtail's screens may show and change of files: what its groups allow, of those that one may see."""

from typing import Any

from django.db.models import QuerySet
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy

from members.querysets import Person


class SeenFilesPolicy(CollectionOwnershipPermissionPolicy):
    """Wagtail's own, and besides nobody finds, chooses, changes or deletes what they may not see; admins neither.

    Listings, choosers, searches, counts, "this picture is here already" and bulk actions all ask this policy.
    """

    def instances_user_has_any_permission_for(self, user: Person, actions: Any) -> QuerySet[Any]:
        """Those of the files that this person may see for which they have one of the rights."""
        return super().instances_user_has_any_permission_for(user, actions).visible_to(user)

    def user_has_any_permission_for_instance(self, user: Person, actions: Any, instance: Any) -> bool:
        """Whether they may see it and have one of the rights."""
        return instance.can_see(user) and super().user_has_any_permission_for_instance(
            user, actions, instance
        )
