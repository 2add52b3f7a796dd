"""A git repository that tests make: a class with a history of its own, with renames, odd encodings and other files beside."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

HEADER = "'From VisualWorks, Release 2.5.2 of 26 September 1995'!\n\n"
DEFINITION = (
    "Object subclass: #Licence\n\tinstanceVariableNames: 'holder expiry{more}'\n\tclassVariableNames: ''\n\tpoolDictionaries: ''\n"
    "\tcategory: 'Licences'!\n\n"
)
HOLDER = "holder\n\t^holder"
IS_OPEN = 'isOpen\n\t"Answer whether I have no end yet!"\n\t^expiry isNil or: [holder = nil]'
IS_OPEN_MENDED = IS_OPEN.replace("= nil", "isNil")
RENEW = "renew: aDate\n\t| old |\n\told := expiry.\n\taDate := old.\n\t^old"
RENEW_MENDED = RENEW.replace("aDate := old", "expiry := aDate")
RELEASE = "release\n\tself halt.\n\tholder := nil.\n\tsuper release"
RELEASE_MENDED = RELEASE.replace("\n\tself halt.", "")
PRINT = "printOn: aStream\n\taStream nextPutAll: holder"


def licence(*methods: str, more: str = "") -> bytes:
    """Answer a file-out of the class with these methods."""
    body = "".join(f"{method.replace('!', '!!')}!\n\n" for method in methods)
    return f"{HEADER}{DEFINITION.format(more=more)}!Licence methodsFor: 'accessing'!\n\n{body.rstrip()} !\n".encode("cp1252")


class Made:
    """A repository with one commit after the other; the commits' ids are the same each time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self._count = 0
        self.git("init", "-q")

    def git(self, *arguments: str) -> str:
        moment = f"2026-03-{self._count + 1:02}T12:00:00+00:00"
        names = {
            f"GIT_{who}_{what}": f"tester{at}" for who in ("AUTHOR", "COMMITTER") for what, at in (("NAME", ""), ("EMAIL", "@example.com"))
        }
        dates = {"GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        command = ["git", "-c", "init.defaultBranch=main", "-c", "core.autocrlf=false", *arguments]
        done = subprocess.run(command, cwd=self.folder, check=True, capture_output=True, env={**os.environ, **names, **dates})
        return done.stdout.decode().strip()

    def commit(self, subject: str, **files: bytes | None) -> str:
        """Write files (`Licence_st` is Licence.st; None removes one), commit them, and answer the id."""
        for name, data in files.items():
            path = self.folder / name.replace("_", ".")
            if data is None:
                path.unlink()
            else:
                path.write_bytes(data)
        self.git("add", "-A")
        self._count += 1
        self.git("commit", "-q", "--allow-empty", "-m", subject)
        return self.git("rev-parse", "HEAD")


def licences(folder: Path) -> Made:
    """Make the repository: three commits mend one method each, one of them with a rename; others add and remove, or touch no Smalltalk."""
    made = Made(folder)
    made.commit("First version", Licence_st=licence(HOLDER, IS_OPEN, RENEW, RELEASE))
    made.commit("The holder's test for nil", Licence_st=licence(HOLDER, IS_OPEN_MENDED, RENEW, RELEASE))
    mended = licence(HOLDER, IS_OPEN_MENDED, RENEW_MENDED, RELEASE)
    made.commit('renew: stored into its "argument"', Licence_st=mended, notes_md=b"Read me.\n")
    made.commit("Notes only", notes_md="Stra\xdfe\n".encode("latin-1"))
    made.git("mv", "Licence.st", "Licences.st")
    made.commit("Another file name, and no halt", Licences_st=licence(HOLDER, IS_OPEN_MENDED, RENEW_MENDED, RELEASE_MENDED))
    made.commit(
        "Print the holder \u2013 and no renewals", Licences_st=licence(HOLDER, IS_OPEN_MENDED, RELEASE_MENDED, PRINT, more=" place")
    )
    return made
