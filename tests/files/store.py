"""A store like S3, for tests: it keeps what it is sent, and gives it to nobody whose request is not signed.

Signatures are checked as AWS Signature Version 4 says, written down here from its specification and without botocore.
"""

import hashlib
import hmac
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, unquote, urlsplit

KEY, SECRET, REGION, BUCKET = "test-key", "test/secret+with=odd", "eu-west-2", "portal"


class Store:
    """A running store.

    Args of what it notes: ``asked`` is a list of (method, path, how it was signed).
    """

    def __init__(self) -> None:
        self.kept: dict[str, tuple[bytes, str]] = {}
        self.asked: list[tuple[str, str, str]] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """As ``STORAGE_URL`` takes it."""
        place = f"127.0.0.1:{self.server.server_port}"
        return f"s3+http://{KEY}:{quote(SECRET, safe='')}@{place}/{BUCKET}?region={REGION}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _signature(scope: str, moment: str, canonical: str) -> str:
    day, region, service, _ = scope.split("/")
    key = _hmac(_hmac(_hmac(_hmac(f"AWS4{SECRET}".encode(), day), region), service), "aws4_request")
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return _hmac(key, f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{digest}").hex()


def _query(pairs: list[tuple[str, str]]) -> str:
    return "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in sorted(pairs))


class _Handler(BaseHTTPRequestHandler):
    store: Store

    def log_message(self, *args) -> None:
        pass

    def _signed_by(self) -> str:
        """ "header", "query", or "" if the signature is none, wrong, or too old."""
        parts = urlsplit(self.path)
        pairs = dict(parse_qsl(parts.query, keep_blank_values=True))
        if "X-Amz-Signature" in pairs:
            given = pairs.pop("X-Amz-Signature")
            key, scope = pairs["X-Amz-Credential"].split("/", 1)
            names, moment, body = pairs["X-Amz-SignedHeaders"], pairs["X-Amz-Date"], "UNSIGNED-PAYLOAD"
            made = datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
            if time.time() > made + int(pairs["X-Amz-Expires"]):
                return ""
            way = "query"
        elif self.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256 "):
            fields = dict(
                part.strip().split("=", 1)
                for part in self.headers["Authorization"].split(" ", 1)[1].split(",")
            )
            given, names = fields["Signature"], fields["SignedHeaders"]
            key, scope = fields["Credential"].split("/", 1)
            moment, body, way = self.headers["X-Amz-Date"], self.headers["X-Amz-Content-Sha256"], "header"
        else:
            return ""
        headers = "".join(
            f"{name}:{' '.join((self.headers[name] or '').split())}\n" for name in names.split(";")
        )
        canonical = "\n".join([self.command, parts.path, _query(list(pairs.items())), headers, names, body])
        right = key == KEY and scope.split("/")[1:3] == [REGION, "s3"]
        return way if right and hmac.compare_digest(given, _signature(scope, moment, canonical)) else ""

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _do(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        sent = self.rfile.read(length)
        parts = urlsplit(self.path)
        name, pairs = unquote(parts.path), dict(parse_qsl(parts.query))
        way = self._signed_by()
        self.store.asked.append((self.command, name, way))
        if not way:
            self._answer(403)
        elif self.command == "PUT":
            if "aws-chunked" in (self.headers.get("Content-Encoding") or ""):
                sent = _unchunked(sent)
            self.store.kept[name] = sent, self.headers.get("Content-Type") or ""
            self._answer(200, ETag='"x"')
        elif self.command == "DELETE":
            self.store.kept.pop(name, None)
            self._answer(204)
        elif name not in self.store.kept:
            self._answer(404)
        else:
            body, kind = self.store.kept[name]
            self._answer(
                200,
                body,
                Content_Type=pairs.get("response-content-type", kind),
                Content_Disposition=pairs.get("response-content-disposition", ""),
                ETag='"x"',
                Last_Modified="Thu, 01 Jan 2026 00:00:00 GMT",
            )

    do_GET = do_HEAD = do_PUT = do_DELETE = _do


def _unchunked(sent: bytes) -> bytes:
    """The body of an upload in signed pieces: a length in hexadecimal, a line's end, the piece, and so on."""
    whole = b""
    while sent:
        head, _, rest = sent.partition(b"\r\n")
        size = int(head.split(b";")[0] or b"0", 16)
        if size == 0:
            break
        whole, sent = whole + rest[:size], rest[size + 2 :]
    return whole


def _handler(store: Store) -> type[_Handler]:
    return type("Handler", (_Handler,), {"store": store})
