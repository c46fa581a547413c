"""A great deal of demo, the same every time: for measuring, and for seeing what many look like.

What is made stands on top of what is there. Rows are written past the ORM, in one transaction for each
kind, with everything that actions would have kept right: counters, search index, numbering.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from django.db import transaction

from discussion.models import Topic
from kit.caching import forget_public_pages
from members.models import Region, Sector
from portal.demo import bulk_directory, bulk_index, bulk_library, bulk_people, bulk_rows, bulk_talk

# Of a database without any talk; else nothing is newer than its newest post.
_LATEST = datetime(2022, 9, 21, 12, tzinfo=UTC)
_POSTS_OF_A_TOPIC = 10
_FEWEST_PEOPLE = 300


def seed(
    *,
    communities: int = 0,
    topics: int = 0,
    posts: int = 0,
    guidance: int = 0,
    members: int = 0,
    report: Callable[[str], None] = lambda line: None,
) -> dict[str, int]:
    """Add what is missing to reach these totals; done twice, it adds nothing.

    The same call on the same database makes the same rows. Asked for posts alone, it makes a topic
    for every ten of them. Whoever convenes and writes is made as well: 300 people,
    or one for every ten communities.

    Args:
        communities: how many communities there shall be.
        topics: how many topics, each with a first post; most of them in the network's first space.
        posts: how many posts, first posts included.
        guidance: how many guidance pages.
        members: how many accounts.
        report: told in a line what is being done.

    Returns:
        How many of each were added.

    Raises:
        LookupError: what they would hang on is not there; load the demo first.
    """
    if not Sector.objects.exists() or not Region.objects.exists():
        raise LookupError("There are no sectors or regions: load the demo first.")
    if posts and not topics:
        topics = max(posts // _POSTS_OF_A_TOPIC, Topic.objects.count())
    anchor = bulk_talk.anchor_of_talk(_LATEST)
    needed = max(_FEWEST_PEOPLE, communities // 10) if communities or topics or posts else 0
    added = {}
    with transaction.atomic():
        added["members"] = bulk_people.seed_members(
            total=members, needed=needed, anchor=anchor, report=report
        )
    with transaction.atomic():
        added["communities"] = bulk_directory.seed_communities(
            total=communities, anchor=anchor, report=report
        )
    with transaction.atomic():
        added["guidance"] = bulk_library.seed_guidance(total=guidance, anchor=anchor, report=report)
    added |= _seed_talk(topics=topics, posts=posts, anchor=anchor, report=report)
    if any(added.values()):
        _settle(report)
    return added


def _settle(report: Callable[[str], None]) -> None:
    """What the database and the pages know of it all, set right."""
    report("Weights and statistics")
    bulk_index.settle()
    bulk_rows.analyse()
    forget_public_pages()


@transaction.atomic
def _seed_talk(*, topics: int, posts: int, anchor: datetime, report: Callable[[str], None]) -> dict[str, int]:
    first = bulk_rows.next_pk(Topic)
    added = {
        "topics": bulk_talk.seed_topics(total=topics, anchor=anchor, report=report),
        "posts": bulk_talk.seed_posts(total=posts, anchor=anchor, report=report),
    }
    if added["topics"]:
        bulk_talk.index_topics(first)
    return added
