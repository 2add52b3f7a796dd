"""What makes the system's own scheduler call `stc retrain` each night: a line of cron, two units of systemd, a command for Windows."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath
from shlex import quote

from stparse.issue import BadInputError

FORMS = ("cron", "systemd", "windows")
_LONGEST = 261
"""Characters of what schtasks takes as /TR."""
_SYSTEMD = """\
# ~/.config/systemd/user/stc-retrain.service
[Unit]
Description=Train again from verified feedback

[Service]
Type=oneshot
WorkingDirectory={folder}
ExecStart="{program}" retrain --json
# Another one is still at it: no fault.
SuccessExitStatus=75

# ~/.config/systemd/user/stc-retrain.timer
[Unit]
Description=Train again from verified feedback, each night

[Timer]
OnCalendar=*-*-* 02:15
Persistent=true

[Install]
WantedBy=timers.target

# Then: systemctl --user daemon-reload && systemctl --user enable --now stc-retrain.timer
# What it said: journalctl --user -u stc-retrain
"""


def schedule(form: str, program: Path, folder: Path) -> str:
    """Answer the text for a scheduler; nothing is installed. `folder` is where stc.toml is.

    Raises BadInputError for paths that are too long for schtasks.
    """
    if form == "systemd":
        # There a per cent sign begins a specifier.
        said = (str(path).replace("%", "%%") for path in (folder, program))
        return _SYSTEMD.format(**dict(zip(("folder", "program"), said, strict=True)))
    if form == "windows":
        inside = f'cd /d "{PureWindowsPath(folder)}" && "{PureWindowsPath(program)}" retrain --json >> retrain.log 2>&1'
        quoted = inside.replace('"', '\\"')
        if len(f"cmd /c {inside}") > _LONGEST:
            raise BadInputError(
                f"schtasks takes a command of {_LONGEST} characters, and with these paths it has {len(inside) + 7}: "
                "install stc, or work, in a folder with a shorter path; subst gives a folder a letter"
            )
        first = "rem In the command prompt, not in PowerShell. It runs while you are logged on; /RU and /RP name another account.\n"
        return f'{first}schtasks /Create /TN stc-retrain /SC DAILY /ST 02:15 /TR "cmd /c {quoted}"\n'
    # In a crontab a per cent sign ends the command.
    line = f"15 2 * * * cd {quote(str(folder))} && {quote(str(program))} retrain --json >> retrain.log 2>&1".replace("%", "\\%")
    return f"# crontab -e\n{line}\n"
