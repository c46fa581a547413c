"""What people read about where a community stands: plain words, and the colour of a tag."""

from community_directory.enums import CommunityState, ConnectionKind
from members.enums import Stage

STAGES: dict[str, str] = dict(Stage.choices)

STAGE_COLOURS: dict[str, str] = {
    Stage.POTENTIAL: "purple",
    Stage.COALESCING: "blue",
    Stage.MATURING: "teal",
    Stage.STEWARDSHIP: "green",
    Stage.TRANSFORMATION: "orange",
}

STATE_COLOURS: dict[str, str] = {
    CommunityState.DRAFT: "grey",
    CommunityState.SUBMITTED: "yellow",
    CommunityState.PUBLISHED: "green",
    CommunityState.DORMANT: "blue",
    CommunityState.ENDED: "grey",
}

# For its conveners: what is true now, and what they can do next.
NEXT_STEPS: dict[str, tuple[str, str]] = {
    CommunityState.DRAFT: (
        "Read it through",
        "Only you and your co-conveners can see this. When it reads well, send it to an editor.",
    ),
    CommunityState.SUBMITTED: (
        "An editor is going to read this",
        "They will publish it, or say what to change. You need do nothing, and can still change it.",
    ),
    CommunityState.PUBLISHED: (
        "It is in the directory",
        "Everyone can find it. When something changes, change it here.",
    ),
    CommunityState.DORMANT: (
        "It is resting",
        "It stays in the directory, and says so. Wake it when you are ready.",
    ),
    CommunityState.ENDED: (
        "It has ended",
        "It has left the directory. You can still read it here.",
    ),
}

# What a link is, said by the community that proposed it, and by the one that was asked.
LINKS: dict[str, tuple[str, str]] = {
    ConnectionKind.SHARES_PRACTICE: ("We share what we do", "We share what we do"),
    ConnectionKind.MEETS_JOINTLY: ("We meet together", "We meet together"),
    ConnectionKind.LEARNS_FROM: ("We learn from them", "They learn from us"),
    ConnectionKind.MENTORS: ("We mentor them", "They mentor us"),
    ConnectionKind.GREW_OUT_OF: ("We grew out of them", "They grew out of us"),
    ConnectionKind.MERGED_INTO: ("We became part of them", "They became part of us"),
}


def said_of(kind: str, *, asked: bool) -> str:
    """What a link is, in the words of one of the two.

    Args:
        kind: one of ``ConnectionKind``.
        asked: whether it is said by the community that was asked, not by the one that proposed it.
    """
    return LINKS[kind][asked]
