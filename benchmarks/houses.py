"""The houses of the benchmarks: parts of public code bases that one team or author wrote, with others of their dialect beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HouseSpec:
    """A house: the files of a corpus (a folder below STC_CORPORA) whose paths `pattern` matches at the beginning."""

    name: str
    corpus: str
    dialect: str
    pattern: str

    def holds(self, path: str) -> bool:
        return re.match(self.pattern, path) is not None


def _pharo(name: str, pattern: str) -> HouseSpec:
    return HouseSpec(f"pharo-{name}", "pharo/src", "pharo", rf"(src/)?({pattern})[-./]")


HOUSES = (
    _pharo("calypso", "Calypso"),
    _pharo("collections", "Collections"),
    _pharo("morphic", "Morphic"),
    _pharo("refactoring", "Refactoring|Renraku"),
    _pharo("metacello", "Metacello"),
    _pharo("zinc", "Zinc|Zodiac"),
    _pharo("kernel", "Kernel"),
    _pharo("system", "System"),
    _pharo("athens", "Athens"),
    _pharo("filesystem", "FileSystem"),
    _pharo("monticello", "Monticello"),
    _pharo("ring", "Ring"),
    _pharo("sunit", "SUnit"),
    _pharo("opal", "OpalCompiler"),
    _pharo("debugger", "Debugger|Debugging"),
    _pharo("rubric", "Rubric"),
    _pharo("clap", "Clap"),
    _pharo("tools", "Tool|Tools"),
    _pharo("text", "Text"),
    HouseSpec("dolphin-base", "Dolphin", "dolphin", r".*Object Arts/Dolphin/Base/"),
    HouseSpec("dolphin-mvp", "Dolphin", "dolphin", r".*Object Arts/Dolphin/MVP/"),
    HouseSpec("dolphin-idb", "Dolphin", "dolphin", r".*Contributions/IDB/"),
    HouseSpec("dolphin-refactory", "Dolphin", "dolphin", r".*Contributions/Refactory/"),
    HouseSpec("dolphin-camp", "Dolphin", "dolphin", r".*Contributions/Camp Smalltalk/"),
    HouseSpec("dolphin-small", "Dolphin", "dolphin", r".*Contributions/(Solutions Software|Odellsoft|ITC Gorisek|fxgallego|svenc)/"),
    HouseSpec("gnu-kernel", "gnu", "gnu", r"kernel/"),
    HouseSpec("gnu-stinst", "gnu", "gnu", r"packages/stinst/"),
    HouseSpec("gnu-glorp", "gnu", "gnu", r"packages/glorp/"),
    HouseSpec("gnu-blox", "gnu", "gnu", r"packages/blox/"),
    HouseSpec("gnu-java", "gnu", "gnu", r"packages/java/"),
    HouseSpec("gnu-magritte", "gnu", "gnu", r"packages/magritte/"),
    HouseSpec("gnu-net", "gnu", "gnu", r"packages/net/"),
    HouseSpec("vw-codemeta", "CODE_META", "visualworks", r""),
    HouseSpec("vw-fit", "SmalltalkFit", "visualworks", r""),
    HouseSpec("vw-catalogs", "ExtraCatalogs", "visualworks", r""),
    HouseSpec("vw-enumeration", "ExternalEnumeration", "visualworks", r""),
    HouseSpec("vw-sunit", "SUnitTools", "visualworks", r""),
    HouseSpec("seaside", "Seaside", "pharo", r".*(Seaside|Comet|RSS)-"),
    HouseSpec("jquery", "Seaside", "pharo", r".*(JQuery|Javascript|Prototype|Scriptaculous)-"),
    HouseSpec("cuis-7", "Cuis/7", "cuis", r""),
    HouseSpec("openqwaq", "openqwaq", "squeak", r""),
    HouseSpec("stx-jv", "stx", "stx", r""),
    HouseSpec("rowan", "Rowan", "gemstone", r""),
    HouseSpec("carrillon", "carrillon", "squeak", r""),
)
