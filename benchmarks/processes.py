"""Starting, timing and ending the processes that are measured, each by its own id."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_TICK = os.sysconf("SC_CLK_TCK")
# The server that bin/run starts.
GUNICORN = ["--workers", "2", "--threads", "4", "--log-level", "warning", "--no-control-socket"]


class NotStarted(RuntimeError):
    """A server did not come up; its log says why."""


def free_port() -> int:
    """A port on the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _stat(pid: int) -> list[str]:
    """What the kernel says of a process, from its state on; see proc_pid_stat(5)."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def children(pid: int) -> list[int]:
    """The processes that this one started and that are still there."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if int(_stat(int(entry.name))[1]) == pid:
                    found.append(int(entry.name))
    return found


def descendants(pid: int) -> list[int]:
    """Its children, and theirs."""
    found = children(pid)
    return found + [one for child in found for one in descendants(child)]


def pss_bytes(pid: int) -> int:
    """Proportional set size of one process: its own memory, and its part of what it shares; 0 if it is gone.

    Raises:
        OSError: the kernel does not tell. See proc_pid_smaps(5).
    """
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        if not Path("/proc/self/smaps_rollup").exists():
            raise
        return 0
    line = next((line for line in text.splitlines() if line.startswith("Pss:")), "Pss: 0 kB")
    return int(line.split()[1]) * 1024


def cpu_seconds(pid: int) -> float:
    """User and system time of one process so far; 0 s if it is gone.

    From the scheduler's own nanoseconds, thread by thread, since utime and stime tick at 10 ms; from
    those where the kernel keeps no such statistics. See proc_pid_stat(5) and sched-stats in its docs.
    """
    with contextlib.suppress(OSError):
        try:
            threads = list(Path(f"/proc/{pid}/task").glob("*/schedstat"))
            return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9 or _ticks(pid)
        except (OSError, ValueError):
            return _ticks(pid)
    return 0.0


def _ticks(pid: int) -> float:
    utime, stime = _stat(pid)[11:13]
    return (int(utime) + int(stime)) / _TICK


def cpu_seconds_of_ended(pid: int) -> float:
    """User and system time of those children of a process that have ended."""
    try:
        utime, stime = _stat(pid)[13:15]
    except OSError:
        return 0.0
    return (int(utime) + int(stime)) / _TICK


@dataclass
class Running:
    """A process with children, on a port."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 10  # seconds until it is ended by force

    def cpu(self) -> float:
        """CPU seconds of its children so far, those that have ended included; of itself, none."""
        pid = self.process.pid
        return sum(cpu_seconds(child) for child in children(pid)) + cpu_seconds_of_ended(pid)

    def pss(self) -> int:
        """Bytes of memory of it and its children, by proportional set size."""
        pid = self.process.pid
        return sum(pss_bytes(one) for one in (pid, *children(pid)))

    def stop(self) -> None:
        """End it and its children, kindly at first."""
        pids = [self.process.pid, *children(self.process.pid)]
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(timeout=self.patience)
        except subprocess.TimeoutExpired:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.wait(timeout=10)


def _wait_for_port(running: Running, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and running.process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", running.port), timeout=1):
            return
        time.sleep(0.1)
    running.stop()
    raise NotStarted(f"{running.name} did not start; its log ends so:\n{tail(running.log)}")


def tail(log: Path, lines: int = 15) -> str:
    """The end of a log."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def start(
    name: str,
    command: list[str],
    *,
    port: int,
    log: Path,
    env: dict[str, str] | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    cwd: Path = ROOT,
) -> Running:
    """Start a server and wait until it listens.

    Raises:
        NotStarted: it ended, or did not listen within a minute.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        # A session of its own: Ctrl-C reaches us alone, and we end it.
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    running = Running(name, process, port, log, stop_signal)
    try:
        _wait_for_port(running, 60)
    except BaseException:
        running.stop()
        raise
    return running


def gunicorn(name: str, app: str, *, log: Path, env: dict[str, str], cwd: Path = ROOT) -> Running:
    """A production server of two workers on a port of its own."""
    port = free_port()
    program = [sys.executable, "-m", "gunicorn", app, "--bind", f"127.0.0.1:{port}", *GUNICORN]
    return start(name, program, port=port, log=log, env=env, cwd=cwd)
