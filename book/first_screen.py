"""Write into the README what `genrelib classify` says of a song that its model has not learned from.

python book/first_screen.py
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from genrelib import audio, disk, listening, synth

README = disk.CHECKOUT / "README.md"
BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
GENRE = "reggae"


def console():
    """Return the command and its real output: on the first clip of a genre that was held out.

    Both streams are shown, as a terminal does.
    """
    held_out = listening.load().card["split"]["held_out"]
    clip = next(clip for clip in held_out if clip.startswith(GENRE))
    with tempfile.TemporaryDirectory() as folder:
        audio.write(Path(folder) / "song.flac", synth.render(synth.compose(GENRE, int(clip[-5:]))))
        command = [sys.executable, "-m", "genrelib", "classify", "song.flac"]
        run = subprocess.run(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True, text=True
        )
    return f"$ genrelib classify song.flac\n{run.stdout}"


if __name__ == "__main__":
    readme = README.read_text(encoding="utf-8")
    with disk.whole(README) as part:
        part.write_text(BLOCK.sub(lambda _: console(), readme, count=1), encoding="utf-8")
