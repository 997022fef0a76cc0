"""How the server takes the 48 kinds of request on which HTTP servers were found wrong.

    python garden.py BASE_URL [-v]

The kinds are those of HTTP Garden's list of server bugs (github.com/narfindustries/
http-garden, TROPHIES.md), the bytes are written here. Right is a 4xx or a closed
connection, and for the kinds that are sound requests one answer and nothing taken for a second request.
"""

import socket
import sys
import urllib.parse

URL = urllib.parse.urlsplit(sys.argv[1])
H = b"Host: localhost\r\n"
CHUNKED = b"POST /tokenize HTTP/1.1\r\n" + H + b"Transfer-Encoding: chunked\r\n\r\n"


def get(*lines, line=b"GET /health HTTP/1.1", host=H, body=b""):
    return line + b"\r\n" + host + b"".join(l + b"\r\n" for l in lines) + b"\r\n" + body


ODD = bytes(b for b in range(1, 127) if b not in b"\r\n:" and not chr(b).isalnum() and chr(b) not in "!#$%&'*+-.^_`|~")
KINDS = [
    ("chunk size as a program's literal", CHUNKED + b"0_3\r\nabc\r\n0\r\n\r\n"),
    ("NUL and CR in a value", get(b"A: b\0\rc")),
    ("blank before a colon", get(b"Content-Length : 3", body=b"abc")),
    ("blank before the first name", get(b"Content-Length: 3", host=b"\tX: y\r\n" + H, body=b"abc")),
    ("version by its beginning", get(line=b"GET /health HTTP/1.27")),
    ("method by its beginning", get(line=b'G=":(e),[T] /health HTTP/1.1')),
    ("target that is none", get(line=b"GET ! HTTP/1.1")),
    ("name beyond ASCII", get(b"\xefA: b")),
    ("line feed in the request line", get(line=b"GET /health\nHTTP/1.1")),
    ("length as a program's literal", get(b"Content-Length: +0_3", body=b"abc")),
    ("two codings", get(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked", body=b"1\r\nZ\r\n0\r\n\r\n")),
    ("coding between no-break spaces", get(b"Transfer-Encoding: \xa0chunked\xa0", body=b"0\r\n\r\n")),
    ("CR as a line's end", get(b"A: b\rC: d")),
    ("odd characters in a name", get(ODD + b": a")),
    ("version with CRs", get(line=b"GET /health HTTP/\r\r1.1")),
    ("empty length", get(b"Content-Length: ")),
    ("empty chunk size", CHUNKED + b"\r\n\r\n"),
    ("empty name", get(b": a")),
    ("line feeds as blanks", get(b"A:\n\nGET /health HTTP/1.1")),
    ("name that ends with NEL", get(b"Content-Length\x85: 3", body=b"abc")),
    ("comma and chunked", get(b"Transfer-Encoding: ,chunked", b"Content-Length: 5", body=b"0\r\n\r\n")),
    ("chunk size by its beginning", CHUNKED + b"3zz\r\nabc\r\n0\r\n\r\n"),
    ("two lengths, the first longer", get(b"Content-Length: 1", b"Content-Length: 0", body=b"Z")),
    ("version beyond eight bits", get(line=b"GET /health HTTP/4294967297.257")),
    ("chunk size with 0x", CHUNKED + b"0x3\r\nabc\r\n0\r\n\r\n"),
    ("negative length", get(b"Content-Length: -5")),
    ("line that is a colon", get(b":", b"A: b")),
    ("line without a colon", get(b"Content-Length 3", body=b"abc")),
    ("length by its beginning", get(b"Content-Length: 1Z", body=b"Z")),
    ("head that ends with CR and a letter", get(b"\rZGET /x: HTTP/1.1")),
    ("chunk line that ends with CR CR", CHUNKED + b"3\r\r;a\r\nabc\r\n0\r\n\r\n"),
    ("length with zeros in front", get(b"Content-Length: 010", body=b"0123456789"), "one"),
    ("two lengths, the last longer", get(b"Content-Length: 0", b"Content-Length: 1", body=b"Z")),
    ("CR in a value", get(b"A: b\rc")),
    ("NUL in a value", get(b"A: b\0c")),
    ("CR in a chunk's extension", CHUNKED + b"3;a=b\r\rabc\r\n0\r\n\r\n"),
    ("name over two lines", get(b"Transfer-", b"Encoding: chunked", b"Content-Length: 5", body=b"0\r\n\r\n")),
    ("empty length before a request", get(b"Content-Length: ", body=get())),
    ("trailer", CHUNKED + b"0\r\nX: y\r\n\r\n", "one"),
    ("method that is a NUL", get(line=b"\0 /health HTTP/...1.1.")),
    ("value between NEL and no-break space", get(b"A: \x85b\xa0"), "one"),
    ("empty length and another", get(b"Content-Length: ", b"Content-Length: 5", body=b"hello")),
    ("value that ends with NUL", get(b"A: b\0")),
    ("unknown coding", get(b"Transfer-Encoding: blurb", body=b"1\r\nZ\r\n0\r\n\r\n")),
    ("nonsense behind a sound request", get(b"Connection: close", body=b"Nonsense\r\n\r\n"), "one"),
    ("host between bytes beyond ASCII", get(host=b"Host: \xfflocalhost\xff\r\n")),
    ("chunk that is none, and a request", CHUNKED + b"NONE!\r\n" + get()),
    ("two requests in one go", get(b"Content-Length: 0", body=get(b"A: b")), "one"),
]


def answers(data):
    """The statuses that come back, and whether the connection was closed in time."""
    with socket.create_connection((URL.hostname, URL.port)) as link:
        link.settimeout(12)
        link.sendall(data)
        told = b""
        try:
            while more := link.recv(65536):
                told += more
        except TimeoutError:
            return None
        except ConnectionError:
            pass
    return [int(line[9:12]) for line in told.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]


right = 0
for name, data, *kind in KINDS:
    statuses = answers(data)
    if statuses is None:
        fine = False
    elif kind:
        fine = len(statuses) == 1 and statuses[0] != 500
    else:
        fine = all(400 <= s < 500 for s in statuses) and len(statuses) <= 1
    right += fine
    if not fine or "-v" in sys.argv:
        print("ok   " if fine else "WRONG", name, statuses)
print(f"{right} of {len(KINDS)} kinds are taken rightly")
sys.exit(0 if right >= 41 else 1)
