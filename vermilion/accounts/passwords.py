"""Password hashing with argon2id in a bounded pool, so that a wave of sign-ins cannot take every core."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from vermilion.kernel.errors import Unavailable

T = TypeVar("T")

WAITING = 64
"""How many may wait for a hash before newcomers are asked to come back."""


class Passwords:
    """argon2id at 19 MiB, two passes, one lane (OWASP's first choice), on `workers` threads."""

    def __init__(self, workers: int = 2) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="argon2")
        self._waiting = 0
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """The encoded hash; raises Unavailable("passwords_busy") when the line is too long."""
        return await self._run(self._hasher.hash, password)

    async def verify(self, encoded: str | None, password: str) -> bool:
        """Whether it is the password. With None it costs the same and is False, so that time tells nothing."""
        if encoded is None:
            self._nobody = self._nobody or await self.hash("nobody has this password")
            await self._run(self._matches, self._nobody, password)
            return False
        return await self._run(self._matches, encoded, password)

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _matches(self, encoded: str, password: str) -> bool:
        try:
            return self._hasher.verify(encoded, password)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False

    async def _run(self, work: Callable[..., T], *args: str) -> T:
        if self._waiting >= WAITING:
            raise Unavailable("passwords_busy", retry_after=2)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work, *args)
        finally:
            self._waiting -= 1
