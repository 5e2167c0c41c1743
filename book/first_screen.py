"""Write into the README what `genrelib classify` says of a song that its model has not learned from, and
record the terminal while it hears that song as a stream.

python book/first_screen.py
"""

import os
import re
import subprocess
import sys
import tempfile
from contextlib import suppress
from html import escape
from pathlib import Path

from genrelib import audio, disk, listening, synth

README = disk.CHECKOUT / "README.md"
RECORDING = disk.CHECKOUT / "book" / "_static" / "classify.svg"
BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
GENRE = "reggae"
COLUMNS = 84
CLASSIFY = [sys.executable, "-m", "genrelib", "classify"]
PROMPT = "$ cat song.wav | genrelib classify -"
STYLE = """
text { font: 14px ui-monospace, Menlo, Consolas, monospace; fill: #24292f; white-space: pre }
rect { fill: #f6f8fa; stroke: #d0d7de }
.frame { opacity: 0; animation: shown %(all)gs step-end infinite }
@keyframes shown { 0%% { opacity: 1 } %(share).3f%% { opacity: 0 } }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } rect { fill: #161b22; stroke: #30363d } }
@media (prefers-reduced-motion: reduce) { .frame { animation: none } .frame:last-of-type { opacity: 1 } }
"""
PACE, HOLD = 0.5, 4  # seconds for which a second of sound is shown; how many of these the last one stays


def write_song(path):
    """Write the first clip of a genre that was held out."""
    held_out = listening.load().card["split"]["held_out"]
    clip = next(clip for clip in held_out if clip.startswith(GENRE))
    audio.write(path, synth.render(synth.compose(GENRE, int(clip[-5:]))))


def console():
    """Return the command and its real output. Both streams are shown, as a terminal does."""
    with tempfile.TemporaryDirectory() as folder:
        write_song(Path(folder) / "song.flac")
        how = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "check": True, "text": True}
        run = subprocess.run([*CLASSIFY, "song.flac"], cwd=folder, **how)
    return f"$ genrelib classify song.flac\n{run.stdout}"


def seen():
    """Return what a terminal shows while a song is heard as a stream: a line for each second of it."""
    import pty  # not on Windows

    screen, end = pty.openpty()
    environment = os.environ | {"COLUMNS": str(COLUMNS)}
    with tempfile.TemporaryDirectory() as folder:
        write_song(Path(folder) / "song.wav")
        with open(Path(folder) / "song.wav", "rb") as song:
            how = {"stdin": song, "stdout": end, "stderr": subprocess.DEVNULL, "env": environment}
            run = subprocess.Popen([*CLASSIFY, "-"], **how)
            os.close(end)
            said = b""
            with suppress(OSError):  # the end, as Linux says it
                while piece := os.read(screen, 4096):
                    said += piece
            os.close(screen)
    if run.wait():
        raise RuntimeError(f"the command ended with {run.returncode}")
    return [line.strip() for line in said.decode().split("\r\033[K")[1:]]


def recording(lines):
    """Draw a terminal in which these lines take each other's place."""
    moments = len(lines) + HOLD
    style = STYLE % {"all": PACE * moments, "share": 100 / moments}
    style += ".frame:last-of-type { animation-name: stays }\n@keyframes stays { "
    style += f"0% {{ opacity: 1 }} {100 * (HOLD + 1) / moments:.3f}% {{ opacity: 0 }} }}\n"
    frames = [
        f'<text class="frame" x="16" y="58" style="animation-delay: {PACE * number:g}s">{escape(line)}</text>'
        for number, line in enumerate(lines)
    ]
    width = 32 + 8.5 * COLUMNS
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} 80" role="img">',
            f"<title>{escape(PROMPT)}: {escape(lines[-1])}</title>",
            f"<style>{style}</style>",
            f'<rect x="0.5" y="0.5" width="{width - 1:g}" height="79" rx="8"/>',
            f'<text x="16" y="32">{escape(PROMPT)}</text>',
            *frames,
            "</svg>\n",
        ]
    )


if __name__ == "__main__":
    readme = README.read_text(encoding="utf-8")
    with disk.whole(README) as part:
        part.write_text(BLOCK.sub(lambda _: console(), readme, count=1), encoding="utf-8")
    with disk.whole(RECORDING) as part:
        part.write_text(recording(seen()), encoding="utf-8")
