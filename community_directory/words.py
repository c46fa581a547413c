"""What people read about where a community stands: plain words, and the colour of a tag."""

import unicodedata

from community_directory.enums import Alive, CommunityState, ConnectionKind
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


# The same for somebody who looks after it without an account.
OUTSIDE_STEPS: dict[str, tuple[str, str]] = {
    CommunityState.DRAFT: (
        "An editor asks you to change something",
        "Change what it says, then send it to an editor again.",
    ),
    CommunityState.SUBMITTED: (
        "An editor is going to read this",
        "They will put it into the directory, or say what to change. We write to you then. You can still change it.",
    ),
    CommunityState.PUBLISHED: (
        "It is in the directory",
        "Everyone can find it. When something changes, change it here.",
    ),
    CommunityState.DORMANT: (
        "It is resting",
        "It stays in the directory, and says so. Say that it is alive when you are ready.",
    ),
    CommunityState.ENDED: (
        "It is taken down",
        "Nobody finds it any more. If that was a mistake, list it again.",
    ),
    "ended, listed": (
        "It is out of the directory",
        "Nobody finds it any more. If that was a mistake, write to us: an editor can bring it back.",
    ),
}

ALIVE_SAID: dict[str, str] = {
    Alive.YES: "Thank you. Its page says that it is alive.",
    Alive.RESTING: "Thank you. Its page says that it is resting.",
}


def plain_address(email: str) -> str:
    """An address as tries are counted by it: other spellings that look the same are the same."""
    return unicodedata.normalize("NFKC", email).casefold()


# What is said to who answered a link: by what became of it, or "introduced" if it was an introduction.
ACCEPTED = {
    "accepted": "You are connected. Both pages show it.",
    "introduced": "Sent. If they say yes too, you are connected.",
}
DECLINED = {
    "declined": "Declined. They have been told, kindly.",
    "introduced": "Declined. Nobody is told.",
}
FINISHED = {
    "ended": "The connection has ended.",
    "withdrawn": "Taken back.",
    "introduced": "Declined. Nobody is told.",
}
