"""Stands in for the gate, an application and a node, so that check.sh can see what the proxies pass on.

Writes its three ports to the file named by the first argument."""

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    connections = 0

    def setup(self):
        super().setup()
        type(self).connections += 1
        self.number = type(self).connections

    def log_message(self, *args):
        pass

    def reply(self, status, body="", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body.encode())

    def echo(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.reply(200, json.dumps({"method": self.command, "headers": headers, "body": body}))

    def do_GET(self):
        self.answer()

    def do_HEAD(self):
        self.answer()

    def do_POST(self):
        self.answer()


class Gate(Handler):
    """Refuses questions that carry a body. The session's id tells the connection, which shows whether it is kept."""

    def answer(self):
        if self.command == "POST" or self.path != "/v1/gate" or self.headers.get("Content-Length", "0") != "0":
            self.reply(400)
            return
        token = self.headers.get("Authorization") or self.headers.get("Cookie")
        if token in ("Bearer good", "Bearer acting", "__session=good"):
            names = [("X-Beadle-User-Id", "user_1"), ("X-Beadle-Session-Id", f"sess_{self.number}")]
            if token == "Bearer acting":
                names.append(("X-Beadle-Actor", "user_2"))
            self.reply(200, "{}", names)
        else:
            self.reply(401, "{}", [("X-Beadle-Auth-Reason", "revoked")])


class Application(Handler):
    def answer(self):
        self.echo()


class Node(Handler):
    def answer(self):
        if self.path == "/v1/revocations":
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(b"data: first\n\n")
            self.wfile.flush()
            time.sleep(4)
            self.close_connection = True
        else:
            self.echo()


class Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """Proxies and curl cut connections; nobody needs to read of it."""


servers = [Server(("127.0.0.1", 0), handler) for handler in (Gate, Application, Node)]
for server in servers:
    threading.Thread(target=server.serve_forever, daemon=True).start()
with open(sys.argv[1], "w") as file:
    print(*(server.server_port for server in servers), file=file)
threading.Event().wait()
