"""Uses the page at / in headless Chromium, by keyboard alone.

    python page_check.py BASE_URL [PICTURE.png] [--dark]

Types a question, presses Enter, waits for the answer, starts a second one and
stops it with Escape. Fails on a console error, on a request to anywhere but the
server, and on an answer that does not come. Needs chromium and aiohttp.
"""

import asyncio
import base64
import itertools
import json
import subprocess
import sys
import tempfile
import urllib.request

import aiohttp

BASE = sys.argv[1].rstrip("/")
PICTURE = next((a for a in sys.argv[2:] if a.endswith(".png")), None)
DARK = "--dark" in sys.argv
PORT = 19222


class Page:
    def __init__(self, socket):
        self.socket, self.ids, self.waiting, self.faults, self.urls = socket, itertools.count(1), {}, [], []

    async def read(self):
        async for message in self.socket:
            event = json.loads(message.data)
            if "id" in event:
                self.waiting.pop(event["id"]).set_result(event.get("result", event))
            elif event["method"] == "Network.requestWillBeSent":
                self.urls.append(event["params"]["request"]["url"])
            elif event["method"] in ("Runtime.exceptionThrown", "Log.entryAdded"):
                self.faults.append(event["params"])
            elif event["method"] == "Runtime.consoleAPICalled" and event["params"]["type"] == "error":
                self.faults.append(event["params"])

    async def call(self, method, **params):
        number = next(self.ids)
        self.waiting[number] = asyncio.get_running_loop().create_future()
        await self.socket.send_json({"id": number, "method": method, "params": params})
        return await asyncio.wait_for(self.waiting[number], 30)

    async def value(self, expression):
        return (await self.call("Runtime.evaluate", expression=expression))["result"].get("value")

    async def until(self, expression, seconds=15):
        for _ in range(seconds * 20):
            if await self.value(expression):
                return
            await asyncio.sleep(0.05)
        raise AssertionError("never true: " + expression)

    async def key(self, name, text=None):
        code = {"Enter": 13, "Escape": 27, "Tab": 9}[name]
        for kind in ("keyDown", "keyUp"):
            press = {"text": text} if text and kind == "keyDown" else {}
            await self.call("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=code, **press)

    async def type(self, text):
        await self.call("Input.insertText", text=text)


async def main():
    folder = tempfile.mkdtemp()
    browser = subprocess.Popen(
        ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", f"--remote-debugging-port={PORT}",
         f"--user-data-dir={folder}", "--window-size=1000,760", "about:blank"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                targets = json.load(urllib.request.urlopen(f"http://127.0.0.1:{PORT}/json"))
                break
            except OSError:
                await asyncio.sleep(0.1)
        target = next(t for t in targets if t["type"] == "page")["webSocketDebuggerUrl"]
        async with aiohttp.ClientSession() as session, session.ws_connect(target, max_msg_size=0) as socket:
            page = Page(socket)
            reader = asyncio.create_task(page.read())
            for domain in ("Page", "Runtime", "Network", "Log"):
                await page.call(domain + ".enable")
            scheme = "dark" if DARK else "light"
            await page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            await page.call("Page.navigate", url=BASE + "/")
            await page.until("document.getElementById('state-text')?.textContent === 'ready'")
            await page.until("document.getElementById('model').options.length > 0")
            await page.until("document.activeElement.id === 'input'")
            # Without a limit an answer may take the whole context, and leave none for the next.
            await page.value("document.getElementById('limit').value = 60, document.getElementById('seed').value = 1")
            await page.type("Tell me about <b>coal</b> & embers.")
            await page.key("Enter", "\r")
            await page.until("document.querySelectorAll('article footer').length === 1", 120)
            assert await page.value("document.querySelector('article.user p').textContent") == \
                "Tell me about <b>coal</b> & embers."
            assert await page.value("document.querySelectorAll('article b').length") == 0
            answer = await page.value("document.querySelector('article.assistant p').textContent")
            assert answer, "an answer came"
            await page.until("document.activeElement.id === 'input'")
            await page.type("And now slowly.")
            await page.key("Enter", "\r")
            await page.until("document.querySelectorAll('article.assistant').length === 2", 60)
            await page.key("Escape")
            await page.until("!document.getElementById('send').disabled")
            if PICTURE:
                await asyncio.sleep(0.3)
                picture = (await page.call("Page.captureScreenshot", format="png"))["data"]
                open(PICTURE, "wb").write(base64.b64decode(picture))
            # Every control can be reached with the Tab key.
            seen = set()
            for _ in range(15):
                await page.key("Tab")
                seen.add(await page.value("document.activeElement.id || document.activeElement.tagName"))
            assert {"model", "clear", "send", "SUMMARY", "input"} <= seen, seen
            strangers = [u for u in page.urls if not u.startswith((BASE, "data:", "about:"))]
            assert not strangers, strangers
            assert not page.faults, page.faults
            reader.cancel()
            print(f"ok, {len(page.urls)} requests, all to the server; answer of {len(answer)} characters")
    finally:
        browser.terminate()


asyncio.run(main())
