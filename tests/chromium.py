"""A headless Chromium driven through its DevTools protocol: just what tests of a web client need."""

import base64
import itertools
import json
import os
import shutil
import subprocess
import time
import urllib.request
from pathlib import Path

import websocket

FLAGS = [
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--no-first-run",
    # Without these it keeps calling its maker's servers.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
]


def find():
    """The path of Chromium or Chrome, or None."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


class Page:
    """One page of a browser of its own.

    Selectors are CSS. What waits gives up after `timeout` seconds with an AssertionError that tells what the page's
    console said and where a picture of the page is.
    """

    timeout = 30

    def __init__(self, program, profile, size=(1366, 900)):
        profile.mkdir(parents=True)
        flags = [*FLAGS, f"--user-data-dir={profile}", f"--window-size={size[0]},{size[1]}"]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")  # Chromium's sandbox refuses to run as root
        with (profile / "output").open("w") as output:
            self.process = subprocess.Popen([program, *flags, "about:blank"], stdout=output, stderr=output)
        self.profile = profile
        self.console = []
        self.ids = itertools.count(1)
        self.socket = websocket.create_connection(self._address(), timeout=self.timeout)
        for domain in ("Page", "Runtime", "Log"):
            self.send(f"{domain}.enable")

    def _address(self):
        """The page's DevTools address; Chromium writes its port into a file once it listens."""
        file = self.profile / "DevToolsActivePort"
        deadline = time.monotonic() + self.timeout
        while time.monotonic() < deadline and self.process.poll() is None:
            lines = file.read_text().splitlines() if file.exists() else []
            if len(lines) > 1:
                with urllib.request.urlopen(f"http://127.0.0.1:{lines[0]}/json/list", timeout=10) as answer:
                    pages = [target for target in json.load(answer) if target["type"] == "page"]
                if pages:
                    return pages[0]["webSocketDebuggerUrl"]
            time.sleep(0.05)
        self.process.kill()
        raise AssertionError("Chromium did not start:\n" + (self.profile / "output").read_text()[-2000:])

    def send(self, method, **parameters):
        """Call a method of the DevTools protocol and return its result."""
        number = next(self.ids)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == number:
                if "error" in answer:
                    raise AssertionError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self._note(answer)

    def _note(self, event):
        """Keep what the page's console says."""
        parameters = event.get("params", {})
        if event["method"] == "Runtime.consoleAPICalled":
            words = [str(word.get("value", word.get("description", ""))) for word in parameters["args"]]
            self.console.append(f"{parameters['type']}: {' '.join(words)}")
        elif event["method"] == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            self.console.append("exception: " + details.get("exception", {}).get("description", details["text"]))
        elif event["method"] == "Log.entryAdded":
            entry = parameters["entry"]
            self.console.append(f"{entry['level']}: {entry['text']} {entry.get('url', '')}")

    def goto(self, url):
        """Load an address and wait until it is loaded."""
        result = self.send("Page.navigate", url=url)
        if result.get("errorText"):
            raise AssertionError(f"{url}: {result['errorText']}")
        self.wait_until("document.readyState === 'complete'", f"{url} is loaded")

    def eval(self, expression):
        """The value of a JavaScript expression (a promise is awaited)."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise AssertionError(details.get("exception", {}).get("description", details["text"]))
        return answer["result"].get("value")

    def wait_until(self, expression, what=None):
        """Wait until a JavaScript expression is true; returns its value."""
        deadline = time.monotonic() + self.timeout
        while True:
            try:
                value = self.eval(expression)
            except AssertionError as error:  # the page is changing under us
                value, reason = None, str(error)
            else:
                reason = ""
            if value:
                return value
            if time.monotonic() > deadline:
                picture = self.profile.with_name("failed.png")
                self.screenshot(picture)
                console = "\n".join(self.console[-20:])
                raise AssertionError(f"waited in vain: {what or expression} {reason}\n{console}\nlook at {picture}")
            time.sleep(0.05)

    def wait(self, selector, text=""):
        """Wait until an element is shown (and holds the text)."""
        self.wait_until(f"{_shown(selector, text)} !== undefined", f"{selector} is shown {text}")

    def wait_gone(self, selector):
        """Wait until no such element is shown."""
        self.wait_until(f"{_shown(selector)} === undefined", f"{selector} is gone")

    def click(self, selector, text=""):
        """Click the first such element that is shown (and holds the text), once it is."""
        self.wait(selector, text)
        self.eval(f"{_shown(selector, text)}.click()")

    def fill(self, selector, value):
        """Type a value into a field in place of what it holds, as keyboard input."""
        self.wait(selector)
        self.eval(f"{{ const field = {_shown(selector)}; field.focus(); field.select(); undefined }}")
        self.send("Input.insertText", text=value)
        self.eval(f"{_shown(selector)}.dispatchEvent(new Event('change', {{bubbles: true}})), undefined")

    def text(self, selector="body"):
        """The text that an element shows."""
        self.wait(selector)
        return self.eval(f"{_shown(selector)}.innerText")

    def screenshot(self, path):
        """Write a picture (PNG) of the page."""
        Path(path).write_bytes(base64.b64decode(self.send("Page.captureScreenshot")["data"]))

    def login(self, url, user="admin", password="admin"):
        """Log in to an Odoo server and wait for the web client."""
        self.goto(f"{url}/web/login")
        self.fill("input[name=login]", user)
        self.fill("input[name=password]", password)
        self.click(".oe_login_form button[type=submit]")
        self.wait(".o_action_manager *")

    def close(self):
        """End the browser."""
        self.socket.close()
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _shown(selector, text=""):
    """JavaScript for the first element of a selector that is shown and holds the text (undefined: none)."""
    return (
        f"[...document.querySelectorAll({json.dumps(selector)})]"
        f".find(e => e.getClientRects().length && (e.innerText || e.value || '').includes({json.dumps(text)}))"
    )
