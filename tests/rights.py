"""Makes the rights of files bind root too, for the tests of what cannot be read: containers run them as root."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

_VERSION_3 = 0x20080522
# Bits of linux/capability.h: CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, which let root pass over rights.
_PASSING_OVER = (1 << 1) | (1 << 2)


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Data(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


@contextmanager
def rights_bind() -> Iterator[None]:
    """Take the capability to pass over rights away from this thread, and give it back. Linux only; see capset(2)."""
    libc = ctypes.CDLL(None, use_errno=True)
    header, data = _Header(_VERSION_3, 0), (_Data * 2)()
    _call(libc.capget, header, data)
    before = data[0].effective
    data[0].effective = before & ~_PASSING_OVER
    _call(libc.capset, header, data)
    try:
        yield
    finally:
        data[0].effective = before
        _call(libc.capset, header, data)


def _call(function: ctypes._NamedFuncPointer, header: _Header, data: ctypes.Array[_Data]) -> None:
    if function(ctypes.byref(header), data):
        raise OSError(ctypes.get_errno(), f"{function.__name__} failed")
