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
    wake,
)
from community_directory.actions.connections import (
    accept_connection,
    decline_connection,
    end_connection,
    introduce,
    look_after_connection,
    propose_connection,
    remind_of_connections,
)
from community_directory.actions.exchanges import (
    answer_exchange,
    close_exchange,
    forget_exchanges,
    match_exchanges,
    post_exchange,
)
from community_directory.actions.suggestions import answer_suggestion, refresh_suggestions

__all__ = [
    "MANY",
    "accept_connection",
    "answer_exchange",
    "answer_suggestion",
    "bring_back",
    "close_exchange",
    "conveners",
    "decline_connection",
    "edit_community",
    "end_community",
    "end_connection",
    "forget_exchanges",
    "introduce",
    "list_community",
    "look_after_connection",
    "match_exchanges",
    "post_exchange",
    "propose_connection",
    "publish_community",
    "refresh_suggestions",
    "remind_of_connections",
    "rest",
    "reviewers",
    "revive",
    "send_back",
    "submit_community",
    "wake",
]
