"""A real browser for the tests: Debian's Chromium, without a window, without a network, told how to look."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.support.ui import WebDriverWait

PROGRAMS = ("chromium", "chromedriver")
WIDE, NARROW = (1400, 900), (390, 844)  # a desk and a phone
PATIENCE = 60  # seconds that a page has to draw itself


def absence() -> str | None:
    """Why no browser can be started here, if so."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    return f"{' and '.join(missing)} not found: apt-get install chromium chromium-driver" if missing else None


class Browser:
    """Chromium; a context manager that does not leave it running."""

    def __init__(self, folder: Path):
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for argument in ("headless=new", "disable-gpu", "disable-dev-shm-usage", f"user-data-dir={folder}"):
            options.add_argument(f"--{argument}")
        options.add_argument("--host-resolver-rules=MAP * ~NOTFOUND")  # whatever is asked for, nothing goes out
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")  # Chromium refuses to run as root with one
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        service = webdriver.ChromeService(shutil.which("chromedriver"))
        self.driver = webdriver.Chrome(options=options, service=service)

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *error: object) -> None:
        self.driver.quit()

    def open(self, page: Path, size: tuple[int, int] = WIDE, scheme: str = "light") -> None:
        """Load a page from disk and wait until its charts are drawn; nothing is remembered of earlier ones."""
        self.run("try { localStorage.clear() } catch {}")  # all pages from disk share one
        self.driver.get("about:blank")
        for log in ("browser", "performance"):
            self.driver.get_log(log)  # forget what was before
        self._resize(*size)
        self._command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.driver.get(page.as_uri())
        self.wait()

    def wait(self) -> None:
        """Until the page's charts are drawn."""
        self.wait_for("return document.documentElement.dataset.drawn")

    def wait_for(self, script: str) -> None:
        """Until a script in the page returns something true."""
        WebDriverWait(self.driver, PATIENCE).until(lambda _: self.run(script))

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script in the page returns."""
        return self.driver.execute_script(script, *arguments)

    def complaints(self) -> list[str]:
        """What the console says since the page was opened."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """All addresses that were asked for since the page was opened."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]

    def screenshot(self, path: Path) -> None:
        """Write the whole page, from top to bottom, as PNG."""
        self._resize(*self.run("return [window.innerWidth, document.documentElement.scrollHeight]"))
        path.write_bytes(self.driver.get_screenshot_as_png())

    def _resize(self, width: int, height: int) -> None:
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._command("Emulation.setDeviceMetricsOverride", **screen)

    def _command(self, name: str, **parameters: Any) -> Any:
        """A command of the Chrome DevTools Protocol."""
        return self.driver.execute_cdp_cmd(name, parameters)
