"""What this room holds about people."""

from kit.personal import Held, delete_rows, set_to_nobody

HELD = (
    Held(
        key="cohorts.CalendarFeed",
        by=("person",),
        title="Your calendar address",
        what="The secret address at which your calendar program asks for your sessions.",
        why="So that your sessions show in your own calendar.",
        kept="Until you make a new one, or your account is deleted.",
        shows=("created_at", "token"),
        erase=delete_rows,
        order=71,
    ),
    Held(
        key="cohorts.Material",
        by=("added_by",),
        title="Slides, recordings and links that you added",
        what="What you put beside a session, and that it was you.",
        why="So that editors know whom to ask about it.",
        kept="As long as it is there. It belongs to the cohort; your name is taken off when your account is deleted.",
        shows=("title", "note", "added_at"),
        erase=set_to_nobody,
        for_editors=True,
        order=291,
    ),
    Held(
        key="cohorts.Announcement",
        by=("made_by",),
        title="What you told a cohort",
        what="Your message, and when.",
        why="So that the cohort hears of what is new.",
        kept="As long as the cohort is there. Your name is taken off when your account is deleted.",
        shows=("words", "made_at"),
        erase=set_to_nobody,
        for_editors=True,
        order=292,
    ),
)
