"""The index as a file: the same whatever the way to it, resumable, incremental, and safe when something fails."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from indexing import CONTRACT, RIGHTS, dump, index_of, many, write

from stparse.index.build import build_index
from stparse.index.packing import pack, unpack
from stparse.index.query import CodeIndex
from stparse.index.work import Job, batches_of, look, read, rows_of
from stparse.issue import BadInputError, IndexFileError, StcError
from stparse.text import digest_of


def test_methods_have_their_place(tmp_path: Path) -> None:
    with index_of(write(tmp_path / "src", Contract=CONTRACT), tmp_path / "i") as index:
        lines = CONTRACT.split("\n")
        for method in index.methods():
            assert lines[method.line - 1].startswith(method.selector.split(":")[0])
            assert CONTRACT[method.span.start : method.span.end].replace("!!", "!") == method.source
        assert [method.reference for method in index.methods()] == [
            "Contract>>title", "Contract>>title:", "Contract>>printOn:", "Contract class>>new", "Contract class>>register",
        ]  # fmt: skip


@pytest.mark.parametrize("ending", ["\r", "\r\n"])
def test_line_ends_change_nothing_but_offsets(tmp_path: Path, ending: str) -> None:
    index_of(write(tmp_path / "a", Contract=CONTRACT), tmp_path / "i").close()
    index_of(write(tmp_path / "b", Contract=CONTRACT.replace("\n", ending)), tmp_path / "j").close()
    first, second = dump(tmp_path / "i"), dump(tmp_path / "j")
    for table in ("sends", "uses", "literals"):
        assert sorted(row.split(", ", 1)[1] for row in first[table]) == sorted(row.split(", ", 1)[1] for row in second[table])
    with CodeIndex.open(tmp_path / "i") as one, CodeIndex.open(tmp_path / "j") as other:
        assert [(m.reference, m.line, m.source, m.shape) for m in one.methods()] == [
            (m.reference, m.line, m.source, m.shape) for m in other.methods()
        ]


def test_processes_change_nothing(tmp_path: Path) -> None:
    folder = many(tmp_path / "src", 60, 400)
    assert build_index([folder], tmp_path / "one", jobs=1).read == 60
    assert build_index([folder], tmp_path / "two", jobs=2).read == 60
    assert dump(tmp_path / "one") == dump(tmp_path / "two")


def test_incremental_equals_cold(tmp_path: Path) -> None:
    folder = many(write(tmp_path / "src", Contract=CONTRACT, Rights=RIGHTS), 20)
    out = tmp_path / "i"
    build_index([folder], out, jobs=1)
    (folder / "Rights.st").write_text(RIGHTS.replace("licence", "license"), encoding="utf-8")
    (folder / "Thing3.st").unlink()
    write(folder, New=CONTRACT.replace("Contract", "Deal"))
    (folder / "picture.png").write_bytes(b"\x89PNG")
    report = build_index([folder], out, jobs=1)
    assert (report.read, report.kept, report.removed, report.skipped) == (2, 20, 1, 1)
    build_index([folder], tmp_path / "cold", jobs=1)
    assert dump(out) == dump(tmp_path / "cold")
    with CodeIndex.open(out) as one, CodeIndex.open(tmp_path / "cold") as other:
        for text in ("license", "licence", "do title", "thing"):
            found, expected = one.search(text, 5), other.search(text, 5)
            assert [(hit.score, hit.method and hit.method.reference) for hit in found] == [
                (hit.score, hit.method and hit.method.reference) for hit in expected
            ]


def test_many_changes_equal_cold(tmp_path: Path) -> None:
    folder = many(tmp_path / "src", 6)
    build_index([folder], tmp_path / "i", jobs=1)
    many(folder, 6, 13)
    assert build_index([folder], tmp_path / "i", jobs=1).read == 6
    build_index([folder], tmp_path / "cold", jobs=1)
    assert dump(tmp_path / "i") == dump(tmp_path / "cold")


def test_nothing_changed_touches_nothing(tmp_path: Path) -> None:
    folder = many(tmp_path / "src", 3)
    out = tmp_path / "i"
    build_index([folder], out, jobs=1)
    before = out.read_bytes(), out.stat().st_mtime_ns
    report = build_index([folder], out, jobs=1)
    assert (report.read, report.kept) == (0, 3)
    assert (out.read_bytes(), out.stat().st_mtime_ns) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["i", "src"]


def test_another_tool_reads_everything_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = many(tmp_path / "src", 3)
    build_index([folder], tmp_path / "i", jobs=1)
    monkeypatch.setattr("stparse.index.build.tool_version", lambda: "another")
    assert build_index([folder], tmp_path / "i", jobs=1).read == 3


def test_dialect_can_be_said(tmp_path: Path) -> None:
    folder = write(tmp_path / "src", A="!Foo methodsFor: 'x'!\nbar\n\t^1! !\n")
    with index_of(folder, tmp_path / "i") as index:
        assert {file.dialect for file in index.files()} == {"visualworks"}
    build_index([folder], tmp_path / "i", dialect="squeak")
    with CodeIndex.open(tmp_path / "i") as index:
        assert {file.dialect for file in index.files()} == {"squeak"}
        assert all(method.parsed for method in index.methods())
    with pytest.raises(BadInputError, match="no dialect 'klingon'"):
        build_index([folder], tmp_path / "i", dialect="klingon")


def test_a_broken_method_costs_nothing_else(tmp_path: Path) -> None:
    with index_of(write(tmp_path / "src", Rights=RIGHTS), tmp_path / "i") as index:
        broken = [method for method in index.methods() if not method.parsed]
        assert [method.reference for method in broken] == ["LicenceContract>>broken"]
        assert broken[0].issues
        assert broken[0].tree is None
        finding = next(iter(index.issues()))
        assert finding.issue.code.startswith("P")
        assert (finding.file, finding.class_name, finding.selector) == ("Rights.st", "LicenceContract", "broken")
        assert RIGHTS.split("\n")[finding.line - 1] == "\t^(title! !"


def test_a_reader_that_fails_costs_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(text: str, dialect: str) -> None:
        if "do1:" in text:
            raise RuntimeError("no")

    monkeypatch.setattr("stparse.index.extract.parse_method", fail)
    with index_of(many(tmp_path / "src", 2), tmp_path / "i") as index:
        assert [finding.issue.code for finding in index.issues()] == ["F003", "F003"]


RUN = """
import sys, time
import stparse.index.build as build
from stparse.index.journal import Journal
class Slow(Journal):
    def put(self, results):
        super().put(results)
        print("put", flush=True)
        time.sleep(SECONDS)
build.Journal = Slow
build.tool_version = lambda: "this one"
if __name__ == "__main__":
    print(build.build_index([sys.argv[1]], sys.argv[2], jobs=int(sys.argv[3])).resumed)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("jobs", [1, 2])
def test_goes_on_after_a_kill(tmp_path: Path, jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # Fixed, so that editing stc while its tests run makes no difference between the two processes.
    monkeypatch.setattr("stparse.index.build.tool_version", lambda: "this one")
    folder, out = many(tmp_path / "src", 60, 400), tmp_path / "i"
    script = tmp_path / "run.py"
    script.write_text(RUN.replace("SECONDS", "0.3"), encoding="utf-8")
    command = [sys.executable, str(script), str(folder), str(out), str(jobs)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    assert process.stdout.readline() == "put\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert not out.exists()
    assert (tmp_path / "i.partial").exists()
    report = build_index([folder], out, jobs=1)
    assert 0 < report.resumed < 60
    assert report.resumed + report.read == 60
    build_index([folder], tmp_path / "cold", jobs=1)
    assert dump(out) == dump(tmp_path / "cold")
    assert not (tmp_path / "i.partial").exists()


def test_one_build_at_a_time(tmp_path: Path) -> None:
    from stparse.index.journal import Journal

    folder = many(tmp_path / "src", 1)
    with Journal(tmp_path / "i.partial"), pytest.raises(IndexFileError, match="another stc"):
        build_index([folder], tmp_path / "i", jobs=1)


def test_a_damaged_journal_is_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "i.partial").write_bytes(b"not a database at all" * 100)
    assert build_index([many(tmp_path / "src", 1)], tmp_path / "i", jobs=1).read == 1


FULL = """
import resource, sys
from stparse.index.build import build_index
from stparse.issue import StcError
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    build_index([sys.argv[1]], sys.argv[2], jobs=1)
except StcError as error:
    print(error)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot limit the size of files")
@pytest.mark.parametrize("limit", [4096, 150_000, 300_000])
def test_full_disk_leaves_the_old_index(tmp_path: Path, limit: int) -> None:
    folder, out = many(tmp_path / "src", 4), tmp_path / "i"
    build_index([folder], out, jobs=1)
    before = out.read_bytes()
    many(folder, 40, 60)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
    command = [sys.executable, "-c", FULL, str(folder), str(out), str(limit)]
    said = subprocess.run(command, capture_output=True, text=True, env=environment, check=True).stdout
    assert "cannot be written" in said
    assert out.read_bytes() == before
    assert not (tmp_path / "i.new").exists()
    assert build_index([folder], out, jobs=1).kept == 0


def test_what_is_no_index_is_not_overwritten(tmp_path: Path) -> None:
    folder, out = many(tmp_path / "src", 1), tmp_path / "notes.txt"
    out.write_text("dear diary", encoding="utf-8")
    with pytest.raises(BadInputError, match="no index"):
        build_index([folder], out)
    assert out.read_text(encoding="utf-8") == "dear diary"
    with pytest.raises(IndexFileError, match="not an index"):
        CodeIndex.open(out)
    with pytest.raises(IndexFileError, match="there is no index"):
        CodeIndex.open(tmp_path / "none")


def test_a_folder_cannot_be_the_index(tmp_path: Path) -> None:
    with pytest.raises(StcError):
        build_index([many(tmp_path / "src", 1)], tmp_path)


def test_a_file_that_changes_is_read_again_next_time(tmp_path: Path) -> None:
    folder, out = write(tmp_path / "src", Contract=CONTRACT), tmp_path / "i"
    data = CONTRACT.encode()
    job = Job("Contract.st", str(folder / "Contract.st"), len(data), digest_of(data), "chunk", "visualworks")
    rows = rows_of(job, data + b"\n")
    assert rows.digest == ""
    assert [row[1] for row in rows.issues] == ["F002"]
    assert rows_of(job, data).digest == job.digest
    assert build_index([folder], out).read == 1


def test_workers_tell_what_cannot_be_read(tmp_path: Path) -> None:
    job = Job("gone.st", str(tmp_path / "gone.st"), 1)
    assert look([job])[0].problem
    assert read([job])[0].problem


def test_rows_survive_the_journal(tmp_path: Path) -> None:
    data = CONTRACT.encode()
    rows = rows_of(Job("a.st", "a.st", len(data), digest_of(data), "chunk", "visualworks"), data)
    again = unpack(pack(rows))
    assert (again.strings, again.sends, again.uses) == (rows.strings, rows.sends, rows.uses)
    for damaged in (b"", pack(rows)[:-9], b"x\x9c"):
        with pytest.raises(ValueError, match="damaged"):
            unpack(damaged)


def test_batches_are_balanced() -> None:
    jobs = [Job(f"{number}", "", size) for number, size in enumerate([12_000_000, *[3_000] * 1000, 700_000])]
    batches = batches_of(jobs)
    assert [job.path for job in batches[0]] == ["0"]
    assert sorted(job.path for batch in batches for job in batch) == sorted(job.path for job in jobs)
    assert all(sum(job.size for job in batch) <= 512 * 1024 or len(batch) == 1 for batch in batches)


def test_a_large_file_takes_linear_time(tmp_path: Path) -> None:
    def seconds(methods: int) -> float:
        folder = many(tmp_path / str(methods), 1, methods)
        began = time.perf_counter()
        build_index([folder], tmp_path / f"i{methods}", jobs=1)
        return time.perf_counter() - began

    seconds(10)
    small, large = seconds(1000), seconds(8000)
    assert large < small * 8 * 3
