"""Taking somebody out of their conversations, for good."""

from django.db import transaction
from django.db.models import Q

from members.models import User
from relay.models import Conversation, Message, Report

GONE = "*This message was deleted with the account of whoever wrote it.*"


@transaction.atomic
def forget_writer(*, person: User, keep: bool) -> None:
    """Leave the other with a conversation with nobody; one that is nobody's any more goes.

    Args:
        person: who goes.
        keep: what they wrote stays for the other, without their name.
    """
    own = Conversation.objects.filter(Q(first=person) | Q(second=person))
    keys = list(own.select_for_update().order_by("pk").values_list("pk", flat=True))
    Report.objects.filter(person=person).update(person=None)
    written = Message.objects.filter(author=person)
    if not keep:
        for message in written.iterator():
            message.text = GONE
            message.save(update_fields=["text", "text_html"])
    written.update(author=None)
    for side in ("first", "second"):
        Conversation.objects.filter(pk__in=keys, **{side: person}).update(**{side: None})
    empty = Conversation.objects.filter(pk__in=keys, first=None, second=None)
    empty.update(last=None)
    empty.delete()
