"""Helpers of the data set tests: a small code base with everything that generators ask about, its index, and its samples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from sampled_loaders import HEADER, LOADERS, class_text

from datagen.companions import Companions
from datagen.generators import GENERATORS
from datagen.history import Commit
from datagen.mentions import mentions_in
from datagen.oracle import Oracle
from datagen.sample import Sample
from datagen.scan import scan
from datagen.verify import WantedCollector, failures
from datagen.work import Entity, key_of, random_for
from stparse.index.build import build_index
from stparse.index.query import CodeIndex

NOTHING = Companions()

RIGHTS = (
    HEADER
    + class_text("Right", "Model", "title runs used", "Registry")
    + class_text("FreeRight", "Right", "reason")
    + class_text("PayRight", "Right", "price")
    + class_text("NightRight", "PayRight")
    + """!Right methodsFor: 'accessing'!

title
	^title!

title: aString
	"Set the title and tell everybody."
	title := aString.
	self changed: #title!

used
	^used ifNil: [used := 0]! !

!Right methodsFor: 'testing'!

isOpen
	"Answer whether a run is left."
	| left |
	left := runs - self used.
	^left > 0 and: [self isLocked not]!

isLocked
	^false! !

!Right methodsFor: 'printing'!

printOn: aStream
	super printOn: aStream.
	aStream nextPutAll: ' of '; nextPutAll: title.
	runs isNil ifFalse: [aStream nextPut: $(; print: runs; nextPut: $)]! !

!Right class methodsFor: 'instance creation'!

titled: aString
	| right |
	right := self new title: aString; yourself.
	Registry at: aString put: right.
	^right!

registry
	^Registry ifNil: [Registry := Dictionary new]! !

!FreeRight methodsFor: 'testing'!

isOpen
	^reason notNil and: [super isOpen]! !

!PayRight methodsFor: 'testing'!

isLocked
	price isNil ifTrue: [^true].
	^price > (self registry at: 'limit' ifAbsent: [100])! !

!NightRight methodsFor: 'testing'!

broken
	^(self isOpen! !
"""
)
SCHEDULE = (
    HEADER
    + class_text("Schedule", "Object", "rights")
    + class_text("Slot", "Object", "start stop")
    + """!Schedule methodsFor: 'accessing'!

openRights
	^rights select: [:each | each isOpen]!

addFree
	| right |
	right := FreeRight titled: 'Night film'.
	rights add: right.
	^right isOpen! !

!Slot methodsFor: 'testing'!

overlaps: aSlot
	"Answer whether I share time with aSlot."
	^start < aSlot stop and: [aSlot start < stop]!

start
	^start!

stop
	^stop! !
"""
)
TWINS = HEADER + "".join(
    f"Smalltalk.{space} defineClass: #Twin\n\tsuperclass: #{{Core.Object}}\n\tindexedType: #none\n\tprivate: false\n"
    f"\tinstanceVariableNames: 'one'\n\tclassInstanceVariableNames: ''\n\timports: ''\n\tcategory: 'Twins'!\n\n"
    for space in ("North", "South")
)  # fmt: skip

EVENTS = (
    HEADER
    + class_text("Event", "Model", "start cue", "")
    + class_text("LogoEvent", "Event", "position", "")
    + class_text("CrawlEvent", "Event", "text", "")
    + "Event comment: 'I am something that goes on air at a moment. My subclasses say what is seen.'!\n\n"
    + """!Event methodsFor: 'accessing'!

frames
	self subclassResponsibility!

cue
	^cue isNil ifTrue: [cue := OrderedCollection new] ifFalse: [cue]!

start: aTime
	"Remember when I go on air, and tell everybody."
	start := aTime.
	self changed: #start! !

!Event methodsFor: 'testing'!

isSecondary
	^false!

precedes: anEvent
	"Answer whether I go on air before the other event."
	^start < anEvent start! !

!Event methodsFor: 'airing'!

airOn: aChannel with: aDelay
	| count frame |
	count := self frames.
	aChannel show: self.
	self changed: #start!

moveBy: aDuration
	start := start + aDuration.
	self changed: #start.
	^start! !

!Event class methodsFor: 'instance creation'!

at: aTime
	^self new start: aTime; yourself!

fresh
	^self new! !

!LogoEvent methodsFor: 'accessing'!

frames
	^25!

position
	^position ifNil: [position := #left]! !

!LogoEvent methodsFor: 'testing'!

isSecondary
	^true!

precedes: another
	^(self isSecondary and: [another isSecondary]) or: [super precedes: another]! !

!CrawlEvent methodsFor: 'testing'!

isSecondary
	^self frames > 25! !

!CrawlEvent methodsFor: 'crawling'!

precedes: anEvent
	^super precedes: anEvent! !

!CrawlEvent methodsFor: 'accessing'!

text: aString
	text := aString! !
"""
    + class_text("EventTest", "TestCase", "", "")
    + """!EventTest methodsFor: 'tests'!

testLogoIsSecondary
	self assert: LogoEvent fresh isSecondary.
	self assert: (LogoEvent fresh precedes: LogoEvent fresh)!

testCrawl
	self deny: CrawlEvent fresh isSecondary! !
"""
)


# What is read as Pharo code, whose base image is known as a whole.
PLAYOUT = (
    class_text("PlayoutItem", "Object", "startTime length")
    + class_text("PlayoutClip", "PlayoutItem", "clipTitle")
    + class_text("PlayoutTrailer", "PlayoutItem", "trailerTitle")
    + """!PlayoutItem class methodsFor: 'instance creation'!

playoutAt: aTime
	| item |
	item := self new.
	item startTime: aTime.
	^item!

frameRate
	^25! !

!PlayoutItem methodsFor: 'accessing'!

startTime: aTime
	startTime := aTime!

playoutEnd
	^startTime + (length ifNil: [self defaultPlayoutLength])!

defaultPlayoutLength
	^60 max: self class frameRate! !

!PlayoutClip methodsFor: 'printing'!

printOn: aStream
	super printOn: aStream.
	clipTitle isNil ifFalse: [aStream nextPutAll: clipTitle asUppercase].
	aStream print: self playoutEnd! !

!PlayoutClip methodsFor: 'testing'!

overlapsPlayout: items
	^(items detect: [:each | each playoutEnd > startTime] ifNone: [nil]) notNil!

framesIn: items
	^items inject: 0 into: [:sum :each | sum + each playoutEnd]! !
"""
)
# Of Pharo's messages all are known, so that one that is not there can be told.
PORTED = (
    "'From Pharo9.0.0 of 1 June 2021'!\n\n"
    + class_text("Ported", "Object", "log")
    + """!Ported methodsFor: 'printing'!

printAll: aCollection
	aCollection do: [:each |
		Transcript showCr: each printString].
	log := aCollection frobnicateAll!

clear
	log := nil.
	Transcript cr; cr; cr! !
"""
)


def open_pharo_code(folder: Path) -> CodeIndex:
    """Index a still smaller code base as one of Pharo and open the index."""
    source = folder / "src" / "Playout.st"
    source.parent.mkdir(parents=True)
    source.write_text(PLAYOUT, encoding="ascii", newline="\n")
    build_index([source.parent], folder / "index.sqlite", jobs=1, dialect="pharo")
    return CodeIndex.open(folder / "index.sqlite")


FILES = {
    "Rights.st": RIGHTS,
    "Schedule.st": SCHEDULE,
    "Twins.st": TWINS,
    "Events.st": EVENTS,
    "Loaders.st": LOADERS,
    "Ported.st": PORTED,
}


def write_code(folder: Path) -> Path:
    """Write the small code base into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="ascii", newline="\n")
    return folder


def open_code(folder: Path) -> CodeIndex:
    """Index the small code base and open the index."""
    source = write_code(folder / "src")
    build_index([source], folder / "index.sqlite", jobs=1)
    return CodeIndex.open(folder / "index.sqlite")


ACCOUNTS = (
    HEADER
    + class_text("Account", "Object", "entries")
    + """!Account methodsFor: 'initializing'!

initialize
	entries := OrderedCollection new! !

!Account methodsFor: 'computing'!

fee
	^self subclassResponsibility!

total
	^entries inject: self fee into: [:sum :each | sum + each]! !

"""
    + "".join(
        class_text(name, "Account", variable)
        + f"""!{name} methodsFor: 'initializing'!

initialize
	super initialize.
	{variable} := {value}! !

!{name} methodsFor: 'computing'!

fee
	^{value}! !

"""
        for name, variable, value in (("SavingsAccount", "rate", 2), ("LoanAccount", "limit", 100), ("GiftAccount", "gift", 5))
    )
    + class_text("Sum", "Object", "amount")
    + """!Sum methodsFor: 'comparing'!

= other
	^self class = other class and: [amount = other amount]!

hash
	^amount hash! !

!Sum methodsFor: 'accessing'!

amount
	^amount!

amount: aNumber
	amount := aNumber! !

"""
    + class_text("Bank", "Object")
    + """!Bank methodsFor: 'opening'!

accounts
	| all |
	all := OrderedCollection new.
	all add: SavingsAccount new.
	all add: LoanAccount new.
	all add: GiftAccount new.
	^all! !
"""
)


def open_accounts(folder: Path) -> CodeIndex:
    """Index a code base of classes that need all that they have, and open the index."""
    source = folder / "src" / "Accounts.st"
    source.parent.mkdir(parents=True)
    source.write_text(ACCOUNTS, encoding="utf-8", newline="\n")
    build_index([source.parent], folder / "index.sqlite", jobs=1)
    return CodeIndex.open(folder / "index.sqlite")


def samples_of(
    index: CodeIndex, kind: str, seed: int = 1, commits: Sequence[Commit] = (), companions: Companions = NOTHING
) -> list[Sample]:
    """Answer all samples of one kind."""
    return list(each_sample(index, kind, seed, commits, companions))


def each_sample(
    index: CodeIndex, kind: str, seed: int = 1, commits: Sequence[Commit] = (), companions: Companions = NOTHING
) -> Iterator[Sample]:
    generator = GENERATORS[kind]
    entities: list[Entity] = []
    if generator.over == "methods":
        entities.extend(index.methods())
    elif generator.over == "changes":
        entities.extend(commits)
    elif generator.over == "mentions":
        entities.extend(mentions_in(index, companions))
    elif generator.over == "classes":
        entities.extend(sorted({group.path[-1] for group in index.class_table.groups if not group.definitions[0].stub}))
    else:
        entities.extend(sorted(index.implemented_selectors.keys() | index.sent_selectors.keys()))
    for entity in entities:
        yield from generator.make(index, random_for(seed, kind, key_of(entity)), entity)


def proved(index: CodeIndex, samples: list[Sample], commits: Sequence[Commit] = (), companions: Companions = NOTHING) -> list[list[str]]:
    """Answer the failures of each sample."""
    collector = WantedCollector()
    for sample in samples:
        collector.add(sample)
    oracle = Oracle.of(index, scan(list(index.methods()), collector.wanted()), commits, companions.files)
    return [failures(sample, oracle) for sample in samples]
