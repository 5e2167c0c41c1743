"""Sounds that a page plays by itself: short, compressed, embedded, each with a line of text (chapter 1).

Single sounds and grids of them, versions of a sound to switch between, a map of clips that sound (chapter 5),
a confusion matrix that does (chapter 11), and a part that listens itself (chapter 13). Everything that a part
of a page needs is in the part: it works without a server, from a file or a stick.
"""

from genrelib.players.confusion import heard_confusion
from genrelib.players.listener import listener
from genrelib.players.map import heard_map
from genrelib.players.sounds import data_uri, player, players
from genrelib.players.versions import heard_versions

__all__ = ["data_uri", "heard_confusion", "heard_map", "heard_versions", "listener", "player", "players"]
