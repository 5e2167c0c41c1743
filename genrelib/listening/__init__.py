"""Name what is heard: ten seconds at a time, from an array, a file, a stream or a microphone (chapter 11).

`network`  the book's own network in NumPy
`frames`   frames of a sound that comes in pieces
`ears`     verdicts: one per second, over the last ten seconds
"""

from genrelib.listening.ears import EVERY, EXCERPT, Ears, Verdict, classify, hear, overall
from genrelib.listening.frames import Frames
from genrelib.listening.network import Model, load

__all__ = ["EVERY", "EXCERPT", "Ears", "Frames", "Model", "Verdict", "classify", "hear", "load", "overall"]
