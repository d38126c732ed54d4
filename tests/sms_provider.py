"""A provider of SMS on the loopback interface: Odoo's own (IAP), or Twilio, and misbehaving on request."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


class Provider:
    """Keeps what it is given in `taken`: (number, text, uuid).

    `delay` is how many seconds an answer takes; with `patience` set it takes an SMS, is `holding`, and answers only
    that many seconds later. `codes` maps a number to the code of the error Twilio answers with.
    """

    def __init__(self):
        self.taken = []
        self.delay = 0
        self.patience = None
        self.holding = False
        self.codes = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                provider._answer(self)

            def log_message(self, *args):
                pass

        self.handler = Handler
        self.server = None
        self.port = 0
        self.open()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def open(self):
        """Listen, on the same port as before."""
        ThreadingHTTPServer.allow_reuse_address = True
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), self.handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        """Refuse every connection from here on."""
        self.server.shutdown()
        self.server.server_close()

    def _answer(self, request):
        body = request.rfile.read(int(request.headers["Content-Length"])).decode()
        status, answer = self._iap(json.loads(body)) if "/api/sms/" in request.path else self._twilio(parse_qs(body))
        if self.patience is not None:
            self.holding = True
            time.sleep(self.patience)
        time.sleep(self.delay)
        content = json.dumps(answer).encode()
        try:
            request.send_response(status)
            request.send_header("Content-Type", "application/json")
            request.send_header("Content-Length", str(len(content)))
            request.end_headers()
            request.wfile.write(content)
        except OSError:
            # whoever asked is gone
            pass

    def _iap(self, call):
        results = []
        for message in call["params"]["messages"]:
            for number in message["numbers"]:
                self.taken.append((number["number"], message["content"], number["uuid"]))
                results.append({"uuid": number["uuid"], "state": "success", "credit": 1})
        return 200, {"jsonrpc": "2.0", "id": call["id"], "result": results}

    def _twilio(self, form):
        number = form["To"][0]
        if code := self.codes.get(number):
            return 400, {"code": code, "message": f"Error {code}"}
        self.taken.append((number, form["Body"][0], form["StatusCallback"][0].rpartition("/")[2]))
        return 201, {"sid": "SM" + "0" * 32, "status": "queued"}
