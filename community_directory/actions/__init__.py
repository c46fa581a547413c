"""What people do to communities and to the links between them: one verb each, in one transaction."""

from community_directory.actions.communities import (
    MANY,
    bring_back,
    conveners,
    edit_community,
    end_community,
    list_community,
    publish_community,
    rest,
    reviewers,
    revive,
    send_back,
    submit_community,
    submit_for_nobody,
    wake,
)
from community_directory.actions.connections import (
    accept_connection,
    decline_connection,
    end_connection,
    propose_connection,
)
from community_directory.actions.merging import may_take_in, merge_communities, stays_behind, what_moves
from community_directory.actions.suggestions import answer_suggestion, refresh_suggestions
from community_directory.actions.taking_over import (
    ask_all_named,
    ask_named,
    ask_to_convene,
    is_convened,
    may_ask,
    named_in,
)

__all__ = [
    "MANY",
    "accept_connection",
    "answer_suggestion",
    "ask_all_named",
    "ask_named",
    "ask_to_convene",
    "bring_back",
    "conveners",
    "decline_connection",
    "edit_community",
    "end_community",
    "end_connection",
    "is_convened",
    "list_community",
    "may_ask",
    "may_take_in",
    "merge_communities",
    "named_in",
    "propose_connection",
    "publish_community",
    "refresh_suggestions",
    "rest",
    "reviewers",
    "revive",
    "send_back",
    "stays_behind",
    "submit_community",
    "submit_for_nobody",
    "wake",
    "what_moves",
]
