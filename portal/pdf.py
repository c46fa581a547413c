"""Drawing PDFs with WeasyPrint. It is read when the first one is drawn: it takes 50 MB that most processes never need."""

import ctypes
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from typing import Any, NoReturn

# Pango, as WeasyPrint looks for it on Linux, macOS and Windows.
_PANGO = ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll")


class NoPdf(Exception):
    """What draws PDFs is not installed on this machine."""


@cache
def is_available() -> bool:
    """Whether PDFs can be drawn on this machine; it reads little to know."""
    return find_spec("weasyprint") is not None and any(_loads(name) for name in _PANGO)


def _loads(name: str) -> bool:
    with suppress(OSError):
        return bool(ctypes.CDLL(name))
    return False


def drawn(html: str, style: str, *, identifier: str) -> bytes:
    """A page as a tagged PDF (PDF/UA-1). It loads nothing: neither files of this machine nor addresses of others.

    Args:
        html: a whole page in which everything is written out, with a title and a language.
        style: its CSS.
        identifier: what makes this PDF another than the next; the same page with the same one is the same file.

    Raises:
        NoPdf: WeasyPrint or Pango is not installed.
    """
    try:
        from weasyprint import CSS, HTML
    except (ImportError, OSError) as error:
        raise NoPdf from error
    fetcher = _refusing()
    page = HTML(string=html, url_fetcher=fetcher)
    sheet = CSS(string=style, url_fetcher=fetcher)
    pdf: bytes = page.write_pdf(
        stylesheets=[sheet], pdf_variant="pdf/ua-1", pdf_identifier=identifier.encode()
    )
    return pdf


def _refusing() -> Any:
    """What WeasyPrint asks for pictures, style and fonts that are elsewhere. Here nothing is."""
    from weasyprint import URLFetcher

    class Refusing(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> NoReturn:
            raise ValueError("A PDF of ours loads nothing.")

    return Refusing()
