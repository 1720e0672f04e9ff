"""One thread for linear algebra while blocks of games are spread over threads of their own."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import Any

from threadpoolctl import ThreadpoolController


class _OneBlasThread:
    """Holds BLAS to one thread while any block is inside: the limit is the whole process's, so blocks share it."""

    def __init__(self) -> None:
        self.guard = threading.Lock()
        self.inside = 0
        self.limits: Any = None

    @cached_property
    def libraries(self) -> ThreadpoolController:
        """The libraries of this process: looking for them takes longer than a small batch."""
        return ThreadpoolController()

    def __enter__(self) -> None:
        with self.guard:
            if not self.inside:
                self.limits = self.libraries.limit(limits=1, user_api="blas")
            self.inside += 1

    def __exit__(self, *error: object) -> None:
        with self.guard:
            self.inside -= 1
            if not self.inside:
                self.limits.restore_original_limits()


one_blas_thread = _OneBlasThread()
