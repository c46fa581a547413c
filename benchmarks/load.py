"""Asking a server for one address many times, over a few connections that stay open."""

import http.client
import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

CONNECTIONS = 8
_SHOWN = 3


class Failed(RuntimeError):
    """An answer was not what a measurement may count."""


@dataclass
class Answer:
    """One answer."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass
class Asker:
    """Asks on one connection; opens it again if the server has closed it meanwhile."""

    port: int
    headers: dict[str, str]
    _connection: http.client.HTTPConnection | None = field(default=None, repr=False)

    def get(self, path: str, **more: str) -> Answer:
        """Get one address."""
        try:
            return self._get(path, more)
        except (http.client.RemoteDisconnected, ConnectionError):
            self.close()
            return self._get(path, more)

    def _get(self, path: str, more: dict[str, str]) -> Answer:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self._connection.request("GET", path, headers=self.headers | more)
        response = self._connection.getresponse()
        return Answer(response.status, response.headers, response.read())

    def close(self) -> None:
        """Let the connection go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def ask_many(
    port: int, paths: Iterator[str], count: int, headers: dict[str, str], connections: int = CONNECTIONS
) -> None:
    """Ask so many times, over so many connections at once.

    Raises:
        Failed: an answer was not 200.
    """
    turns = itertools.islice(paths, count)
    lock, wrong = threading.Lock(), []

    def work() -> None:
        asker = Asker(port, headers)
        try:
            while (path := _next(turns, lock)) and not wrong:
                answer = asker.get(path)
                if answer.status != 200:
                    wrong.append(f"{answer.status} for {path}")
        except Exception as error:
            wrong.append(f"{type(error).__name__}: {error}")
        finally:
            asker.close()

    _together(work, connections)
    if wrong:
        raise Failed("; ".join(wrong[:_SHOWN]))


def _next(turns: Iterator[str], lock: threading.Lock) -> str | None:
    with lock:
        return next(turns, None)


def _together(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
