"""Lines of the log, without what opens something for whoever reads them."""

import logging
import re

# Addresses whose last part is a secret: Django writes down the address of whatever it refuses.
_SECRET = re.compile(
    r"(/guest/|/calendar/feed/|/notifications/unsubscribe/|/notifications/write-again/|/accounts/confirm-email/"
    r"|/accounts/password/reset/key/)[^/\s\"'?]+"
)


class WithoutSecrets(logging.Formatter):
    """Writes lines, what went wrong included, with dots in place of the secrets in addresses."""

    def format(self, record: logging.LogRecord) -> str:
        """The line as it goes out."""
        return _SECRET.sub(r"\1…", super().format(record))
