"""The receivers of ``deliver.py``: print the port, serve until stdin ends, print when each delivery arrived."""

from __future__ import annotations

import asyncio
import sys
import time

import orjson

ANSWERS = {
    b"/well": b"HTTP/1.1 204 No Content\r\n\r\n",
    b"/broken": b"HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n",
}


async def main() -> None:
    arrived: dict[str, float] = {}

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
                await reader.readexactly(int(fields[b"content-length"]))
                arrived[fields[b"webhook-id"].decode()] = time.monotonic()
                answer = ANSWERS.get(head.split(b" ", 2)[1])
                if answer:
                    writer.write(answer)
        except (asyncio.IncompleteReadError, OSError):
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()
    sys.stdout.buffer.write(orjson.dumps(arrived))


if __name__ == "__main__":
    asyncio.run(main())
