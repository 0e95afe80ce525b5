"""What a reader is shown where a page itself fails: a page in the same look, under the same headers."""

from collections.abc import Callable

from fastapi import FastAPI, Request, Response

from pages.guard import dress


def answer_failures(app: FastAPI, page: Callable[[Request], Response]) -> None:
    """Answer whatever no route has foreseen with ``page``; the server logs the failure itself.

    Such an answer is made outside the guard, so it is dressed here.
    """

    @app.exception_handler(Exception)
    async def failed(request: Request, _error: Exception) -> Response:
        answer = page(request)
        dress(answer.headers)
        return answer
