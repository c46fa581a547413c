"""What this room holds about people."""

from kit.personal import Held, delete_rows


def _module(row: object, person: object) -> str:
    return str(row.module.title)  # type: ignore[attr-defined]


HELD = (
    Held(
        key="learning.StepDone",
        by=("person",),
        title="What you have ticked off",
        what="Which steps of the modules you have done, and when.",
        why="So that you can see how far you are. Nobody else can.",
        kept="As long as you have an account.",
        shows=(("Module", _module), "step", "done_at"),
        erase=delete_rows,
        order=70,
    ),
)
