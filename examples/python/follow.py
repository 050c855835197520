"""Shows the operations of a Syncwatch server, live: python3 follow.py http://127.0.0.1:4747 [token]. Needs Python 3.8 alone."""
import base64, json, os, random, socket, struct, sys, time, urllib.request, uuid
from urllib.parse import urlsplit

URL, TOKEN, CLIENT = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None, f"python-{uuid.uuid4()}"


def ticket():
    request = urllib.request.Request(f"{URL}/api/v1/realtime/ticket", b"", {"Authorization": f"Bearer {TOKEN}"})
    return json.load(urllib.request.urlopen(request, timeout=10))["ticket"]


def connect():
    at, key = urlsplit(URL), base64.b64encode(os.urandom(16)).decode()
    sock = socket.create_connection((at.hostname, at.port), timeout=70)  # the server pings every 30 s
    sock.sendall((f"GET /realtime HTTP/1.1\r\nHost: {at.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n").encode())
    stream = sock.makefile("rb")
    status = list(iter(stream.readline, b"\r\n"))[0]
    if b" 101 " not in status:
        raise ConnectionError(status.decode().strip())
    return sock, stream


def send(sock, payload, opcode=1):  # what a client sends is masked; a mask of zeros leaves it as it is
    size = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + struct.pack(">H", len(payload))
    sock.sendall(bytes([0x80 | opcode]) + size + bytes(4) + payload)


def frames(sock, stream):
    while True:
        first, size = stream.read(2) or (8, 0)
        if first & 15 == 8:
            raise ConnectionError("the connection was closed")
        size = struct.unpack(">H", stream.read(2))[0] if size == 126 else size
        size = struct.unpack(">Q", stream.read(8))[0] if size == 127 else size
        payload = stream.read(size)
        if first & 15 == 1:
            yield json.loads(payload)
        elif first & 15 == 9:  # a ping wants a pong
            send(sock, payload, 10)


def take(rows, row):
    if row["id"] not in rows and "created_at" not in row:
        raise ValueError("progress of an operation that is not held")
    if row["rev"] > rows.get(row["id"], {"rev": -1})["rev"]:
        rows[row["id"]] = row = {**rows.get(row["id"], {}), **row}
        print(json.dumps({name: row[name] for name in ("id", "status", "progress", "message")}), flush=True)


rows, resume, failures, wait = {}, None, 0, 0
while True:
    try:
        sock, stream = connect()
        hello = {"type": "hello", "protocol": 1, "clientId": CLIENT, "topics": ["operations"]}
        hello.update({"ticket": ticket()} if TOKEN else {}, **({"resume": resume} if resume else {}))
        send(sock, json.dumps(hello).encode())
        for frame in frames(sock, stream):
            if frame["type"] == "welcome":
                epoch, failures, wait = frame["epoch"], 0, 0
            elif frame["type"] == "goodbye":
                wait = frame["retryAfterMs"] / 1000
            elif frame["type"] == "snapshot":  # the whole topic anew
                rows = {}
                for row in frame["operations"]:
                    take(rows, row)
            elif frame["type"] == "delta":
                for gone in frame["removed"]:
                    rows.pop(gone, None)
                for values in frame["rows"]:
                    take(rows, dict(zip(frame["fields"], values)))
            if "cursor" in frame:
                resume = {"epoch": epoch, "cursor": frame["cursor"]}
    except (OSError, ValueError) as error:
        failures += 1  # what could not be read, or three failures in a row: begin from a snapshot
        resume = resume if isinstance(error, OSError) and failures < 3 else None
        print(f"lost: {error}", file=sys.stderr, flush=True)
        time.sleep(max(wait, random.uniform(0, min(30, 2 ** (failures - 1)))))
