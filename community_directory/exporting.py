"""A community as a row of a table: the columns that the directory gives away, and takes back."""

import re
from collections.abc import Iterable
from typing import Any

from community_directory.enums import CommunityState

PLAIN = ("slug", "name", "summary", "domain", "purpose", "practice", "stage", "rhythm", "meets", "open_to", "how_to_join", "website")  # fmt: skip
FILED = ("themes", "sectors", "regions", "organisations")
COLUMNS = (*PLAIN, *FILED, "resting", "published_at")
_BETWEEN = "; "  # several in one cell; a semicolon in a name is written twice
_MARK = re.compile(r";;|[;\n]")


def cells(community: Any) -> dict[str, str]:
    """What stands in each column for a community, in their order. No query where its terms are prefetched."""
    shown = {name: str(getattr(community, name)) for name in PLAIN}
    shown |= {name: joined(term.name for term in getattr(community, name).all()) for name in FILED}
    shown["resting"] = "yes" if community.state == CommunityState.DORMANT else ""
    shown["published_at"] = community.published_at.date().isoformat() if community.published_at else ""
    return shown


def joined(names: Iterable[str]) -> str:
    """Several names in one cell, in the order of the alphabet."""
    return _BETWEEN.join(sorted(name.replace(";", ";;") for name in names))


def parted(cell: str) -> list[str]:
    """The names in a cell, each once: divided by semicolons or new lines."""
    names, start = [""], 0
    for found in _MARK.finditer(cell):
        names[-1] += cell[start : found.start()]
        if found[0] == ";;":
            names[-1] += ";"
        else:
            names.append("")
        start = found.end()
    names[-1] += cell[start:]
    tidy = (" ".join(name.split()) for name in names)
    return list(dict.fromkeys(name for name in tidy if name))
