"""A folder of one's own, as people have them.

Three genres that are none of the book's, clips of 12 to 40 s, at rates from 8 to 88.2 kHz, stereo, a linked
artist, a file that cannot be used, and names that Markdown, HTML and a shell would read otherwise.
"""

import numpy as np
import soundfile

NAME = "Mum's own music"
GENRES = ("80s", "Drum & Bass", "Hip-Hop <R'n'B>")
FORMS = (  # seconds, sampling rate in Hz, channels, suffix
    (12, 8000, 1, "wav"),
    (15, 88200, 1, "flac"),
    (26, 44100, 2, "wav"),
    (20, 22050, 1, "ogg"),
    (40, 16000, 1, "wav"),
    (31, 48000, 2, "mp3"),
)
UNUSABLE = "Song [Official](1) $x$ {Live} *a* <img src=x>.wav"


def music(genre, clip, seconds, sr):
    """Make a sound with a beat and a tone that differ from genre to genre, and a little from clip to clip."""
    t = np.arange(seconds * sr) / sr
    noise = np.random.default_rng(10 * genre + clip).standard_normal(len(t))
    beat = np.exp(-12 * ((1.5 + 0.7 * genre + 0.05 * clip) * t % 1))
    swell = 0.5 + 0.5 * np.sin(2 * np.pi * 0.3 * t)
    tone = np.sin(2 * np.pi * (110 + 110 * genre + 7 * clip) * t)
    return 0.1 * (1 + genre) * beat * noise + 0.25 * swell * tone


def make(home):
    """Make the folder below `home`, and return its path."""
    own, elsewhere = home / NAME, home / "another disk" / "Ann"
    elsewhere.mkdir(parents=True)
    for genre, name in enumerate(GENRES):
        (own / name).mkdir(parents=True)
        for clip, (seconds, sr, channels, suffix) in enumerate(FORMS):
            y = music(genre, clip, seconds, sr)[:, None].repeat(channels, axis=1)
            depth = {"subtype": "PCM_24"} if suffix == "flac" else {}
            soundfile.write(own / name / f"{name} {clip}.{suffix}", y, sr, **depth)
    soundfile.write(elsewhere / "linked.wav", music(0, 9, 13, 22050), 22050)
    (own / GENRES[0] / "Ann").symlink_to(elsewhere)
    (own / GENRES[1] / UNUSABLE).write_bytes(b"no sound")
    return own
