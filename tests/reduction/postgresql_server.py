"""A PostgreSQL server of one's own, on loopback.

It is Debian's (`apt-get install postgresql`). None that runs already is used: a database cluster is made in a temporary
folder with `initdb`, which trusts every local connection, and `postgres` is started on it, on a free port of 127.0.0.1,
with its socket in the same folder. PostgreSQL refuses to run as root, for whom it runs as `postgres`, a user that its
package makes. At the end the server is stopped and its folder removed; it also ends with the process that started it,
whatever ends that.
"""

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

PASSWORD = "s3cret"


def binaries() -> Path | None:
    """The folder of the newest server that is installed; Debian keeps them off the PATH."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).resolve().parent)
    return max(found, key=lambda path: [int(number) for number in re.findall(r"\d+", str(path))], default=None)


def owner() -> pwd.struct_passwd:
    """Who runs the server where root runs the tests."""
    names = {user.pw_name for user in pwd.getpwall()}
    return pwd.getpwnam("postgres" if "postgres" in names else "nobody")


@dataclass
class Server:
    """A server and its folder."""

    folder: Path
    port: int
    process: subprocess.Popen | None = field(default=None)

    def _run(self, program: str, *arguments: str) -> subprocess.Popen:
        # The server hears when the tests are gone.
        user = []
        if os.geteuid() == 0:
            user = [f"--reuid={owner().pw_uid}", f"--regid={owner().pw_gid}", "--clear-groups"]
        return subprocess.Popen(
            ["setpriv", *user, "--pdeathsig=SIGINT", str(binaries() / program), *arguments],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def initialize(self) -> None:
        cluster = ("--pgdata", str(self.folder / "data"), "--username=machine")
        made = self._run("initdb", *cluster, "--auth=trust", "--no-sync", "--locale=C", "--encoding=UTF8")
        said, _ = made.communicate(timeout=60)
        assert made.returncode == 0, said

    def start(self) -> None:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self.folder,
            "fsync": "off",
            "log_destination": "stderr",
            "log_min_messages": "panic",
        }
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        self.process = self._run("postgres", "-D", str(self.folder / "data"), *options)
        deadline = time.monotonic() + 60
        while not self._answers():
            assert self.process.poll() is None, self.process.stdout.read()
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return bool(self.sql("SELECT 1"))
        except psycopg.OperationalError:
            return False

    def stop(self) -> None:
        """Ends the server as an administrator does who does not wait for its clients."""
        if self.process:
            self.process.send_signal(signal.SIGINT)
            self.process.communicate(timeout=60)
            self.process = None

    def url(self, database: str, user: str = "machine") -> str:
        return f"postgresql://{user}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def sql(self, statement: str, database: str = "postgres") -> list[tuple]:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def running() -> Iterator[Server]:
    """A server that runs as long as the block; `binaries` tells whether there can be one."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # Not a folder of the caller's, which no other user may enter.
    folder = Path(tempfile.mkdtemp(prefix="featherline-postgresql-"))
    started = Server(folder, port)
    try:
        if os.geteuid() == 0:
            os.chown(folder, owner().pw_uid, owner().pw_gid)
        started.initialize()
        started.start()
        yield started
    finally:
        try:
            started.stop()
        finally:
            shutil.rmtree(folder)
