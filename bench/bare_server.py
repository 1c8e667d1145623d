"""The least that can be served: an ASGI application with the same bytes, by the same server.

    python -m bench.bare_server PORT FILE

The file holds as JSON the headers and the body of a 200 and of a 304.
"""

import base64
import json
import sys
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import Receive, Scope, Send

from campagne.web.server import configure


def main(port: int, file: Path) -> None:
    """Serve until stopped."""
    given: dict[str, Any] = json.loads(file.read_text("utf-8"))
    body = base64.b64decode(given["body"])
    full = [(name.encode(), value.encode()) for name, value in given["full"]]
    short = [(name.encode(), value.encode()) for name, value in given["short"]]

    async def bare(scope: Scope, _receive: Receive, send: Send) -> None:
        has_it = any(name == b"if-none-match" for name, _ in scope["headers"])
        status, headers = (304, short) if has_it else (200, full)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if has_it else body})

    config = configure(bare, files=4096, graceful_seconds=1, proxies="127.0.0.1")
    config.port, config.lifespan = port, "off"
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
