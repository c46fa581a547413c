"""What people read about where a community stands: plain words, and the colour of a tag."""

from community_directory.enums import CommunityState
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
