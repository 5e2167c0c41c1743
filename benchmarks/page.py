"""How quick the part of a page that listens is, and what it weighs, in a Chromium on this machine.

python benchmarks/page.py

Prints the bytes that the part adds to a page, the milliseconds of a verdict on ten seconds, and how long a
page takes to hear 30 s: the samples alone, in one thread, and a file from its choice to the verdict. The
browser's processor time, all threads together, stands beside it: a busy machine hardly changes that.
"""

import re
import statistics
import sys
import tempfile
from functools import partial
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile
import soxr
from playwright.sync_api import sync_playwright

from genrelib import audio, disk, listening, players, synth
from genrelib.players.listener import packed

sys.path.insert(0, str(disk.CHECKOUT / "book"))
from pdf import find_chromium

TIMES = 15
FILES = {
    "mono.wav": (audio.SR, 1),
    "stereo.wav": (44100, 2),
    "stereo.mp3": (44100, 2),
    "stereo.flac": (48000, 2),
}
COMPUTE = """([rate, weights, times]) => {
  const unpacked = ears.unpack(weights)
  const sound = Float32Array.from({length: 30 * rate}, () => Math.random() - 0.5)
  const spent = [[], []]
  for (let time = 0; time < times; time++) {
    const start = performance.now(), hearing = ears.hearing(unpacked, rate)
    for (let at = 0; at < sound.length; at += rate) hearing.hear(sound.subarray(at, at + rate))
    hearing.end()
    spent[0].push(performance.now() - start)
    const again = performance.now()
    hearing.say()
    spent[1].push(performance.now() - again)
  }
  return spent
}"""
CHOOSE = """() => {
  window.spent = null
  const input = document.querySelector('input[type=file]'), said = document.querySelector('.said')
  input.addEventListener('change', () => {
    const start = performance.now()
    const watch = new MutationObserver(() => {
      if (said.textContent.includes('…')) return
      window.spent = performance.now() - start
      watch.disconnect()
    })
    watch.observe(said, {childList: true})
  }, {capture: true, once: true})
}"""


def main():
    """Measure, and print a table."""
    model = listening.load()
    y = synth.render(synth.compose("pop", 0, seed=1, seconds=30))
    html = players.listener(model, {"a clip": y[: 10 * audio.SR]}).data
    parts = re.findall(r'<script data-part="(\w+)-\w+">(.*?)</script>', html)
    rows = {f"{name}, in kB": len(body) / 1000 for name, body in parts}
    rows["style, script and the rest, in kB"] = len(html) / 1000 - sum(rows.values())
    rows["what a page weighs more, in kB"] = len(html) / 1000
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=find_chromium(),
            args=["--headless", "--no-sandbox", "--disable-gpu"],
        )
        page, spent = chromium.new_page(), partial(processor, chromium.new_browser_cdp_session())
        rows |= computed(page, packed(model.weights), spent)
        place = Path(folder) / "page.html"
        place.write_text(f"<!doctype html><meta charset=utf-8>{html}", encoding="utf-8")
        page.goto(place.as_uri())
        for name, (rate, channels) in FILES.items():
            sides = np.repeat(0.5 * soxr.resample(y, audio.SR, rate)[:, None], channels, axis=1)
            soundfile.write(Path(folder) / name, sides, rate)
            what, before = f"30 s of {name} at {rate} Hz, chosen to named, in ms", spent()
            rows[what] = chosen(page, Path(folder) / name)
            rows[f"{what} of processor time"] = (spent() - before) / TIMES
        chromium.close()
    print(pd.Series(rows).round(1).to_string())


def processor(session):
    """Return the milliseconds of processor time that a browser has taken so far."""
    return 1000 * sum(one["cpuTime"] for one in session.send("SystemInfo.getProcessInfo")["processInfo"])


def computed(page, weights, spent):
    """Return the milliseconds of 30 s of samples and of a verdict, the median of several."""
    script = files("genrelib.players").joinpath("ears.js").read_text("utf-8")
    page.goto("about:blank")
    page.add_script_tag(content=f"const ears = (() => {{{script}; return {{hearing, unpack}}}})()")
    rows = {}
    for rate in (audio.SR, 44100):
        before = spent()
        hear, say = page.evaluate(COMPUTE, [rate, weights, TIMES])
        rows[f"30 s of samples at {rate} Hz, in ms"] = statistics.median(hear)
        rows["a verdict, in ms"] = statistics.median(say)
        rows[f"both at {rate} Hz, in ms of processor time"] = (spent() - before) / TIMES
    return rows


def chosen(page, path):
    """Return the milliseconds from the choice of a file to its verdict, the median of several."""
    spent = []
    for _ in range(TIMES):
        page.evaluate(CHOOSE)
        page.locator("input[type=file]").set_input_files(path)
        page.wait_for_function("window.spent !== null")
        spent.append(page.evaluate("window.spent"))
    return statistics.median(spent)


if __name__ == "__main__":
    sys.exit(main())
