"""A PostgreSQL server of a test's own, reached by a unix socket alone; None where none is installed."""
import contextlib
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile

PROGRAMS = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))


@contextlib.contextmanager
def server():
    """The URL of an empty database."""
    programs = PROGRAMS[-1].parent
    folder = pathlib.Path(tempfile.mkdtemp(prefix="maillon-pg-"))
    become = None
    if os.geteuid() == 0:  # the server refuses to run as root
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        become = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}

    def do(program, *arguments):
        subprocess.run([str(programs / program), *arguments], check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120, **(become or {}))

    try:
        do("initdb", "-D", "data", "-A", "trust", "-U", "hub")
        do("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", f"-k {folder} -c listen_addresses=''", "start")
        try:
            do("createdb", "-h", str(folder), "-U", "hub", "maillon")
            yield f"postgresql://hub@/maillon?host={folder}"
        finally:
            do("pg_ctl", "-D", "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
