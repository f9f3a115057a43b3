"""Confinement of one process: limits, no rights, no new descriptors, no network, a list of allowed system calls."""

import contextlib
import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys
from pathlib import Path

NOBODY = 65534
CLONE_NEWUSER, CLONE_NEWIPC, CLONE_NEWNET, CLONE_THREAD = 0x10000000, 0x08000000, 0x40000000, 0x00010000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38

# What decoding needs once everything is loaded: the descriptors at hand, memory, threads, clocks. `clone` is allowed
# for threads only, and `clone3` is refused so that libc falls back to clone. In order: read write close fstat lseek
# mmap mprotect munmap brk rt_sigaction rt_sigprocmask rt_sigreturn sched_yield mremap madvise; getpid exit futex
# sched_getaffinity set_tid_address clock_gettime nanosleep clock_nanosleep exit_group gettid set_robust_list
# getrandom rseq sigaltstack.
_X86_64 = (
    *(0, 1, 3, 5, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 28),
    *(39, 60, 202, 204, 218, 228, 35, 230, 231, 186, 273, 318, 334, 131),
)
_AARCH64 = (
    *(63, 64, 57, 80, 62, 222, 226, 215, 214, 134, 135, 139, 124, 216, 233),
    *(172, 93, 98, 123, 96, 113, 101, 115, 94, 178, 99, 278, 293, 132),
)
# machine -> (AUDIT_ARCH, allowed calls, clone, clone3)
_CALLS = {
    "x86_64": (0xC000003E, _X86_64, 56, 435),
    "aarch64": (0xC00000B7, _AARCH64, 220, 435),
}


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, *values: int) -> bool:
    arguments = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]]
    return sys.platform == "linux" and bool(_libc().prctl(option, *arguments) == 0)


def die_with_parent(parent: int) -> None:
    """Ask the kernel to kill this process when `parent` ends; ends at once when that has happened already."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def leave_network() -> bool:
    """Move this process into an empty network of its own. False where the system does not permit it."""
    if sys.platform != "linux":
        return False
    away = CLONE_NEWNET | CLONE_NEWIPC
    return any(_libc().unshare(flags) == 0 for flags in (away, CLONE_NEWUSER | away))


def confine(*, memory: int, cpu_seconds: int, parent: int) -> None:
    """Give up, for good, what decoding a picture does not need. Raises OSError when a limit cannot be set."""
    with contextlib.suppress(OSError), Path("/proc/self/oom_score_adj").open("w") as score:
        score.write("1000")
    if os.geteuid() == 0:
        resource.setrlimit(resource.RLIMIT_NPROC, (256, 256))
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    die_with_parent(parent)  # a change of user clears what was asked for before
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    with contextlib.suppress(ValueError):  # macOS refuses a limit of address space
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    _prctl(PR_SET_DUMPABLE, 0)
    if _prctl(PR_SET_NO_NEW_PRIVS, 1):
        _allow_few_calls()


def _allow_few_calls() -> bool:
    if platform.machine() not in _CALLS:
        return False
    program = _filter(*_CALLS[platform.machine()])
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    pointer = ctypes.create_string_buffer(header, len(header))
    return _prctl(PR_SET_SECCOMP, 2, ctypes.addressof(pointer))


def _filter(architecture: int, allowed: tuple[int, ...], clone: int, clone3: int) -> bytes:
    """A classic BPF program over `seccomp_data` (seccomp(2)): number at 0, architecture at 4, arguments from 16."""
    load, equal, any_bit, give = 0x20, 0x15, 0x45, 0x06
    allow, kill, refuse = 0x7FFF0000, 0x80000000, 0x00050000

    def step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
        return struct.pack("HBBI", code, then, otherwise, value)

    steps = [step(load, 4), step(equal, architecture, 1, 0), step(give, kill), step(load, 0)]
    steps += [piece for call in allowed for piece in (step(equal, call, 0, 1), step(give, allow))]
    steps += [step(equal, clone3, 0, 1), step(give, refuse | errno.ENOSYS)]
    steps += [step(equal, clone, 0, 3), step(load, 16), step(any_bit, CLONE_THREAD, 0, 1), step(give, allow)]
    steps += [step(give, refuse | errno.EPERM)]
    return b"".join(steps)
