"""An OpenAI-compatible endpoint that paces its replies: as many words as the last message asks for, one by one.

  upstream.py

Prints its port. The last message says `WORDS PAUSE`: so many words, so many milliseconds apart; with `torn` behind it, the
connection is cut half way. Word n of the reply to `tag` is `tag-n `, so that whoever reads it can tell what is missing.
"""
import asyncio
import json
import sys


def event(delta, finish=None):
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return b"data: " + json.dumps({"id": "c", "object": "chat.completion.chunk", "choices": [choice]}).encode() + b"\n\n"


async def serve(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = 0
            for line in head.split(b"\r\n"):
                name, _, value = line.partition(b":")
                if name.strip().lower() == b"content-length":
                    length = int(value)
            body = await reader.readexactly(length)
            if head.startswith(b"GET"):
                listed = json.dumps({"object": "list", "data": [{"id": "words", "object": "model"}]}).encode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(listed) + listed)
                await writer.drain()
                continue
            words = json.loads(body)["messages"][-1]["content"].split()
            tag, count, pause, torn = words[0], int(words[1]), int(words[2]) / 1000, "torn" in words
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")

            async def send(data):
                writer.write(b"%x\r\n" % len(data) + data + b"\r\n")
                await writer.drain()

            await send(event({"role": "assistant", "content": ""}))
            for number in range(count):
                await send(event({"content": f"{tag}-{number} "}))
                if torn and number == count // 2:
                    writer.transport.abort()
                    return
                if pause:
                    await asyncio.sleep(pause)
            await send(event({}, "stop"))
            await send(b"data: [DONE]\n\n")
            writer.write(b"0\r\n\r\n")
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


try:
    asyncio.run(main())
except KeyboardInterrupt:
    sys.exit(0)
