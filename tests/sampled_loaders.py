"""The part of the small code base that loads: errors and their handlers, copies, overrides, tests."""

from __future__ import annotations

HEADER = "'From VisualWorks, Release 2.5.2 of 26 September 1995'!\n\n"


def class_text(name: str, superclass: str, variables: str = "", class_variables: str = "") -> str:
    return (
        f"{superclass} subclass: #{name}\n\tinstanceVariableNames: '{variables}'\n\tclassVariableNames: '{class_variables}'\n"
        f"\tpoolDictionaries: ''\n\tcategory: 'Rights'!\n\n"
    )


LOADERS = (
    HEADER
    + class_text("RightError", "Error")
    + class_text("Loader", "Object", "source lines limit note")
    + class_text("RightLoader", "Loader")
    + class_text("Archive", "Object", "entries")
    + class_text("LoaderTest", "TestCase")
    + """!Loader methodsFor: 'loading'!

load: aName
	^[self readFrom: aName] on: RightError do: [:error | self forget]!

readFrom: aName
	aName isEmpty ifTrue: [RightError new signal: 'The name is empty'].
	source := aName.
	lines := OrderedCollection new.
	lines add: aName.
	^lines!

forget
	lines := nil.
	note := 'The name is empty'! !

!Loader methodsFor: 'summing'!

sumOf: aCollection
	| sum |
	sum := 0.
	aCollection do: [:each | each isNil ifFalse: [sum := sum + each size]].
	^sum!

rest
	^self lines!

lines
	^lines!

moveRest: aLoader
	^aLoader rest! !

!Loader class methodsFor: 'instance creation'!

on: aName
	^self new readFrom: aName; yourself!

loadFrom: aLoader
	^aLoader lines! !

!RightLoader methodsFor: 'loading'!

readFrom: aName
	super readFrom: aName.
	limit := aName size.
	^self lines copyFrom: 1 to: 840!

forget
	limit := nil.
	source := nil! !

!Archive methodsFor: 'summing'!

countOf: aList
	| count |
	count := 1.
	aList do: [:one | one isNil ifFalse: [count := count + one size]].
	^count!

fill
	entries := Array with: Loader new with: (Loader on: 'one') with: (RightLoader on: 'two').
	^RightError signal: 'The archive is full'! !

!Archive methodsFor: 'moving'!

refill: aLoader
	^aLoader moveRest: aLoader! !

!LoaderTest methodsFor: 'tests'!

testLoad
	self assert: (Loader new load: 'one') size = 1.
	self assert: (Loader on: 'two') lines size = 1!

testSum
	^Array new sumOf: #()! !

"""
    + class_text("LostError", "RightError")
    + class_text("SlowArchive", "Archive")
    + """!Archive methodsFor: 'losing'!

lose
	"LostError>>lose is what an #exampleOfLoss shows."
	^LostError new signal!

guard
	"Archive new guard: a semaphore is signalled too."
	^Semaphore new signal!

exampleOfLoss
	"Archive new exampleOfLoss"
	^[self lose. self guard] on: LostWarning do: [:error | error return: #exampleOfLoss]!

close
	"There is nothing to be closed."! !

!SlowArchive methodsFor: 'losing'!

close
	entries := nil.
	Transcript close! !
"""
)
