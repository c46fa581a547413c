"""The line to the mail server: one for all mails of a batch, opened anew when it breaks."""

import logging
import smtplib
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.message import EmailMessage

from notifications.errors import LineBroke, NoMailServer, Refused

logger = logging.getLogger(__name__)
_PATIENCE_SECONDS = 60
_REFUSALS = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError)


class Line:
    """A line to the mail server; ``with Line() as line:`` hangs up at the end.

    It is opened for the first mail that is ready to go. Until the server is reached, and where it answers
    with a refusal, a mail certainly has not gone. Where the line breaks in the middle, it may have.
    """

    def __init__(self) -> None:
        """Nobody is called before there is something to say."""
        self._connection: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hang_up()

    def open(self) -> None:
        """Reach the server, unless it is on the line still.

        Raises:
            NoMailServer: nobody answers, or not to us.
        """
        if self._is_alive():
            return
        self.hang_up()
        self._connection = get_connection(timeout=settings.EMAIL_TIMEOUT or _PATIENCE_SECONDS)
        try:
            self._connection.open()
        except (smtplib.SMTPException, OSError) as error:
            self.hang_up()
            raise NoMailServer from error

    def send(self, message: EmailMessage) -> None:
        """Give one mail to the server. The line has to be open.

        Raises:
            Refused: the server said no; the mail has not gone.
            LineBroke: the mail may have gone or not.
        """
        try:
            self._connection.send_messages([message])
        except _REFUSALS as error:
            if isinstance(error, smtplib.SMTPSenderRefused):
                self.hang_up()  # some servers take only so many mails on one line
            raise Refused from error
        except Exception as error:
            self.hang_up()
            raise LineBroke from error

    def hang_up(self) -> None:
        """Say goodbye; it does not matter if nobody answers."""
        connection, self._connection = self._connection, None
        try:
            if connection is not None:
                connection.close()
        except (smtplib.SMTPException, OSError):
            logger.info("The mail server did not say goodbye")

    def _is_alive(self) -> bool:
        """Ask, since a server may hang up between two mails: the next one would be thought to be lost."""
        if self._connection is None:
            return False
        server = getattr(self._connection, "connection", None)
        if not isinstance(server, smtplib.SMTP):
            return True  # mails that are kept in memory or written to files
        try:
            return server.noop()[0] == 250  # RFC 5321, section 4.2.3
        except (smtplib.SMTPException, OSError):
            return False
