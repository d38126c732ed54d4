"""`make serve`: the demo database in a browser, in the foreground until Ctrl-C. The only argument is the port."""

import os
import socket
import subprocess
import sys

import databases
from project import DEV, PYTHON, ROOT, Stop, environ, main, odoo

DATABASE = "debt_collection_demo"


def serve():
    """Make the demo database if there is none, then become the server."""
    port = sys.argv[1] if len(sys.argv) > 1 else "8069"
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise Stop(f"{port} is not a port: say `make serve PORT=8070`, for example")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except OSError as error:
            raise Stop(f"port {port}: {error.strerror}; say `make serve PORT=8070`, for example") from None
    if DATABASE not in databases.databases():
        done = subprocess.run([PYTHON, ROOT / "dev" / "demo.py"], env=environ())
        if done.returncode:
            return done.returncode
    print(f"http://localhost:{port}  user: admin  password: admin  (Ctrl-C ends it)", flush=True)
    mails = DEV / "out" / "browser"
    print(f"mails that you send are kept in {mails.relative_to(ROOT)}", flush=True)
    # It ends with this process, which becomes the server.
    subprocess.Popen([PYTHON, ROOT / "dev" / "demo_mails.py", DATABASE, mails], stdin=subprocess.DEVNULL, env=environ())
    command = odoo("server", "-d", DATABASE, f"--db-filter=^{DATABASE}$", f"--http-port={port}", "--log-level=warn")
    os.execvpe(command[0], command, environ())


if __name__ == "__main__":
    main(serve)
