"""Name what is heard: ten seconds at a time, from an array, a file, a stream or a microphone (chapter 13).

`network`  the book's own network in NumPy
`frames`   frames of a sound that comes in pieces
`ears`     verdicts: one per second, over the last ten seconds
`sound`    files, pipes, addresses and the microphone, in pieces
`songs`    whole songs and folders of them
`why`      what a verdict hangs on
`report`   lines, tables, CSV, JSON, labels
`command`  `genrelib classify`
`doubt`    when to say nothing
`alike`    a model moved to the world that it is asked about
"""

from genrelib.listening.ears import EVERY, EXCERPT, Ears, Verdict, classify, counted, hear, overall
from genrelib.listening.frames import Frames
from genrelib.listening.network import Model, load
from genrelib.listening.songs import name

__all__ = [
    "EVERY",
    "EXCERPT",
    "Ears",
    "Frames",
    "Model",
    "Verdict",
    "classify",
    "counted",
    "hear",
    "load",
    "name",
    "overall",
]
