"""What an act without a form answers: a refusal is told at the top of the next page."""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType

from django.contrib import messages
from django.http import HttpRequest

from jalons.kernel.refusals import NotAllowed, Refusal
from jalons.ui.french import typography


def refusals_told(request: HttpRequest) -> AbstractContextManager[None, bool]:
    """Tell the refusal of an operation on the next page; what follows the operation in the block is left out.

    « You may not » goes on to the page that says who can.
    """
    return _RefusalsTold(request)


class _RefusalsTold(AbstractContextManager[None, bool]):
    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Refusal) or isinstance(error, NotAllowed):
            return False
        messages.error(self.request, typography(error.sentence))
        return True
