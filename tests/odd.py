"""Odd folders of music that people have, each made from an ordinary one; a function per kind.

Each takes the folder, which holds two genres of two clips, and changes what its name says.
"""

import os
import socket
import struct

import numpy as np
import soundfile

from genrelib import audio

SR = 8000  # quick to make and to read
SECONDS = 4.0


def tone(seconds=SECONDS, *, sr=SR, seed=0):
    """A tone in noise: no two seeds make the same."""
    rng, t = np.random.default_rng(seed), np.arange(int(sr * seconds)) / sr
    y = 0.3 * np.sin(2 * np.pi * rng.uniform(100, 1000) * t) + 0.02 * rng.standard_normal(len(t))
    return y.astype(np.float32)


def put(path, seconds=SECONDS, *, sr=SR, seed=0, **how):
    """Write a tone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(audio._named(path), tone(seconds, sr=sr, seed=seed), sr, **how)
    return path


def ordinary(folder, *, clips=2, seconds=SECONDS):
    """Make a folder of the genres jazz and rock."""
    for number, genre in enumerate(("jazz", "rock")):
        for clip in range(clips):
            put(folder / genre / f"{genre}{clip}.wav", seconds, seed=10 * number + clip)
    return folder


def patched(path, *changes):
    """Write numbers over a file: each change is what to look for, how far behind it, and the bytes."""
    body = bytearray(path.read_bytes())
    for mark, behind, value in changes:
        at = (body.index(mark) if mark else 0) + behind
        body[at : at + len(value)] = value
    path.write_bytes(body)


def flac_of_unknown_length(folder):
    path = put(folder / "jazz" / "piped.flac")
    body = path.read_bytes()
    patched(path, (b"", 21, bytes([body[21] & 0xF0])), (b"", 22, bytes(4)))


def wav_from_a_pipe(folder):
    size = struct.pack("<I", 0x7FFFF000)
    patched(put(folder / "jazz" / "sox.wav"), (b"", 4, size), (b"data", 4, size))
    size = b"\xff\xff\xff\xff"
    patched(put(folder / "jazz" / "ffmpeg.wav", seed=1), (b"", 4, size), (b"data", 4, size))
    patched(put(folder / "jazz" / "zero.wav", seed=2), (b"", 4, bytes(4)), (b"data", 4, bytes(4)))


def high_resolution(folder):
    put(folder / "jazz" / "hi-res.flac", sr=88200, subtype="PCM_24")
    put(folder / "rock" / "hi-res.wav", sr=192_000, subtype="DOUBLE", seed=1)


def other_containers(folder):
    kinds = {"aiff": "AIFF", "aif": "AIFF", "caf": "CAF", "au": "AU", "snd": "AU", "w64": "W64", "oga": "OGG"}
    kinds |= {"wave": "WAV", "rf64": "RF64", "bwf": "WAVEX", "WAV": "WAV"}
    for seed, (suffix, kind) in enumerate(kinds.items()):
        put(folder / "jazz" / f"{kind}.{suffix}", format=kind, seed=seed)
    put(folder / "jazz" / "float.aifc", format="AIFF", subtype="FLOAT", seed=98)
    put(folder / "jazz" / "opus.opus", format="OGG", subtype="OPUS", seed=99)


def names_that_are_no_utf8(folder):
    for name in (b"caf\xe9.wav", b"two\nlines.wav", b"\xff\xfe\x1b[31m.wav"):
        put(folder / "rock" / os.fsdecode(name), seed=len(name))
    put(folder / os.fsdecode(b"m\xfasica") / "one.wav", seed=7)


def files_of_other_kinds(folder):
    for name in ("cover.jpg", "back.JPG", "album.cue", "song.m4a", "README"):
        (folder / "jazz" / name).write_bytes(b"x")
    put(folder / "loose.wav")
    (folder / "list.txt").write_text("beside the genres")
    (folder / "empty").mkdir()


def hidden_and_system_folders(folder):
    for name in (".Trash-1000/files", ".ipynb_checkpoints", "__MACOSX", "@eaDir", "lost+found"):
        put(folder / "jazz" / name / "old.wav")
    for name in (".hidden", "System Volume Information", "$RECYCLE.BIN", "__MACOSX"):
        put(folder / name / "old.wav")
    (folder / "jazz" / "._jazz0.wav").write_bytes(b"a fork")


def linked_artist(folder):
    put(folder.parent / "disk" / "ann" / "a.wav")
    (folder / "rock" / "ann").symlink_to(folder.parent / "disk" / "ann")
    put(folder.parent / "disk" / "b.wav", seed=1)
    (folder / "rock" / "b.wav").symlink_to(folder.parent / "disk" / "b.wav")


def links_in_a_ring(folder):
    (folder / "jazz" / "again").symlink_to(folder / "rock")
    (folder / "jazz" / "up").symlink_to(folder)
    (folder / "jazz" / "gone.wav").symlink_to(folder / "nowhere.wav")
    (folder / "jazz" / "self.wav").symlink_to(folder / "jazz" / "self.wav")


def no_files_at_all(folder):
    os.mkfifo(folder / "jazz" / "pipe.wav")
    (folder / "jazz" / "device.wav").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as server:
        here = os.getcwd()
        os.chdir(folder / "jazz")  # the path of a socket must be short
        try:
            server.bind("socket.wav")
        finally:
            os.chdir(here)


def folder_called_like_a_sound(folder):
    put(folder / "jazz" / "album.wav" / "one.wav")


def headers_that_cannot_be(folder):
    patched(put(folder / "jazz" / "slow.wav"), (b"", 24, struct.pack("<I", 1)))
    patched(put(folder / "jazz" / "fast.wav"), (b"", 24, struct.pack("<I", 2_000_000_000)))
    channels = soundfile.SoundFile(folder / "jazz" / "wide.wav", "w", SR, 100)
    with channels as file:
        file.write(np.full((int(SECONDS * SR), 100), 0.1, np.float32))
    (folder / "jazz" / "text.wav").write_text("no sound")
    (folder / "jazz" / "empty.flac").write_bytes(b"")


def too_little_to_hear(folder):
    put(folder / "jazz" / "jingle.wav", 1.5)
    soundfile.write(folder / "jazz" / "mute.wav", np.zeros(4 * SR), SR)
    soundfile.write(folder / "jazz" / "nan.wav", np.full(4 * SR, np.nan), SR, subtype="FLOAT")
    soundfile.write(folder / "jazz" / "none.wav", np.zeros(0), SR)


def genre_that_begins_with_silence(folder):
    (folder / "ambient").mkdir()
    for clip in range(2):
        y = np.concatenate([np.zeros(31 * SR, np.float32), tone(3, seed=clip)])
        soundfile.write(folder / "ambient" / f"slow{clip}.flac", y, SR)


def mp3_headers(folder):
    whole = put(folder / "jazz" / "whole.mp3", 10, sr=16000, bitrate_mode="VARIABLE")
    body = whole.read_bytes()
    at = next(body.index(mark) for mark in (b"Xing", b"Info") if mark in body) + 8
    frames = struct.unpack(">I", body[at : at + 4])[0]
    for name, factor in (("less", 0.5), ("more", 2)):
        says = struct.pack(">I", int(factor * frames))
        (folder / "jazz" / f"{name}.mp3").write_bytes(body[:at] + says + body[at + 4 :])
    constant = {"bitrate_mode": "CONSTANT", "compression_level": 0.5}
    plain = put(folder / "jazz" / "plain.mp3", 10, sr=16000, seed=1, **constant)
    body = plain.read_bytes()
    second = body.index(body[:2], 100)
    plain.write_bytes(body[second:])
