"""Passwords from the keyring of the system, asked by the system's own programs; nothing to install, and nothing is written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from psycopg.conninfo import conninfo_to_dict

_PROGRAMS = {"darwin": "security", "linux": "secret-tool"}


def password_of(dsn: str) -> str | None:
    """Answer the password that the keyring has for the host and user of a DSN, as `service` stc; None where there is none.

    It is asked only where nothing else says one. Store it with: secret-tool store --label=stc service stc host HOST user USER
    (macOS: security add-generic-password -s stc -a USER@HOST -w).
    """
    told = conninfo_to_dict(dsn)
    host, user = str(told.get("host") or ""), str(told.get("user") or "")
    program = _PROGRAMS.get(sys.platform)
    if not host or not user or told.get("password") or told.get("passfile") or os.environ.get("PGPASSWORD"):
        return None
    if program is None or shutil.which(program) is None:
        return None
    command = {
        "security": ["security", "find-generic-password", "-s", "stc", "-a", f"{user}@{host}", "-w"],
        "secret-tool": ["secret-tool", "lookup", "service", "stc", "host", host, "user", user],
    }[program]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.rstrip("\n") or None if done.returncode == 0 else None
