"""A headless Chromium, driven by ChromeDriver over its plain protocol: no package is needed."""

import base64
import json
import re
import shutil
import subprocess
import time
import urllib.request

BROWSERS = ["chromium", "chromium-browser", "google-chrome", "chrome"]


def find():
    """Returns the paths of Chromium and ChromeDriver, or None where one is missing."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


class Browser:
    """A browser with a profile of its own, that can reach nothing but this machine."""

    def __init__(self, browser, driver):
        self.process = subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        port = next(found[1] for line in self.process.stdout if (found := re.search(r"successfully on port (\d+)", line)))
        self.url = f"http://127.0.0.1:{port}"
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        arguments.append("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
        options = {"binary": browser, "args": arguments}
        logs = {"browser": "ALL", "performance": "ALL"}
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": logs}
        session = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.url += f"/session/{session['sessionId']}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.ask("DELETE", "")
        finally:
            self.process.terminate()
            self.process.wait()

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)["value"]

    def devtools(self, command, **parameters):
        return self.ask("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def view(self, width, height, scheme):
        """Makes the window so many pixels wide, which may be less than a real one can be, in a light or dark scheme."""
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def open(self, url):
        self.ask("POST", "/url", {"url": url})

    def run(self, script, *arguments):
        """Returns what a script returns in the page."""
        return self.ask("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def type(self, text):
        """Types a text where the focus is."""
        self.devtools("Input.insertText", text=text)

    def press(self, key, code, control=False):
        """Presses a key by its name and its number on Windows."""
        for kind in ("rawKeyDown", "keyUp"):
            self.devtools(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, modifiers=2 if control else 0
            )

    def wait(self, script, *arguments):
        """Returns what a script returns as soon as that is something, or in the end nothing."""
        for _ in range(100):
            if found := self.run(script, *arguments):
                return found
            time.sleep(0.1)
        return None

    def console(self):
        """Returns the errors and warnings since the last call."""
        return [it for it in self.ask("POST", "/se/log", {"type": "browser"}) if it["level"] in ("SEVERE", "WARNING")]

    def requests(self):
        """Returns the addresses that were asked for since the last call."""
        events = [json.loads(it["message"])["message"] for it in self.ask("POST", "/se/log", {"type": "performance"})]
        return [it["params"]["request"]["url"] for it in events if it["method"] == "Network.requestWillBeSent"]

    def screenshot(self, path):
        path.write_bytes(base64.b64decode(self.ask("GET", "/screenshot")))
