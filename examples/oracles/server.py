#!/usr/bin/env python3
"""An oracle as an HTTP server, for a supernet on another machine (one with a GPU, say).

    python3 examples/oracles/server.py 8123
    tinyfarm search evolve --target mps2-an386 --oracle http://127.0.0.1:8123/ --proxy
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from supernet import Supernet

SUPERNET = Supernet()


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        scores = [SUPERNET.accuracy(candidate["genotype"]) for candidate in request["candidates"]]
        body = json.dumps({"scores": scores}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8123
    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        print(f"listening on http://127.0.0.1:{server.server_address[1]}/", flush=True)
        server.serve_forever()
