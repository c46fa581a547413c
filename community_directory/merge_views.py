"""Merging two communities that are one: choose the one that stays, see both side by side, agree."""

from typing import Any

from community_directory import actions
from community_directory.enums import LISTED, CommunityState
from community_directory.errors import DirectoryError, StaysBehind
from community_directory.exporting import cells
from community_directory.history import label_of
from community_directory.models import Community
from members import merge_views
from members.requests import person_of

MERGE = merge_views.MERGE
_TOO_LATE = "one of the two has changed since you opened the page. Look again."
_CANNOT = "“{gone}” has {things}, which can’t move. Move or remove that first."


class CommunityThatStays(merge_views.StaysForm):
    """Which community stays: one that is in the directory or, for one that waits, another that does."""

    def __init__(self, *args: Any, gone: Community, **kwargs: Any) -> None:
        super().__init__(*args, gone=gone, **kwargs)
        able = [*LISTED, *([] if gone.published_at else [CommunityState.SUBMITTED])]
        others = Community.objects.filter(state__in=able).exclude(pk=gone.pk)
        self.fields["into"].queryset = others.order_by("name").only("name")  # type: ignore[attr-defined]


class MergeView(merge_views.MergeView):
    """Shows both, and what would move, before anything is written."""

    form_class = CommunityThatStays

    def get_template_names(self) -> list[str]:
        return ["community_directory/admin_merge.html"]

    def shown(self, stays: Community) -> dict[str, Any]:
        """Both texts, what moves, and what does not."""
        gone = Community.objects.get(pk=self.instance.pk)
        ours, theirs = cells(gone), cells(Community.objects.get(pk=stays.pk))
        names = [name for name in ours if name not in ("slug", "resting", "published_at")]
        return {
            "rows": [
                (label_of(name), ours[name], theirs[name]) for name in names if ours[name] or theirs[name]
            ],
            "moves": actions.what_moves(gone),
            "behind": " and ".join(actions.stays_behind(gone)),
        }

    def merge(self, stays: Community) -> str:
        """Through the action; what it refuses is said."""
        try:
            actions.merge_communities(gone=self.instance, stays=stays, person=person_of(self.request))
        except StaysBehind as error:
            return _CANNOT.format(gone=self.instance, things=" and ".join(error.things))
        except DirectoryError:
            return _TOO_LATE
        return ""
