"""What an encoder leaves of a sound, as `genrelib classify` reads it from the file (chapter 13).

`CODECS` declares encoders, each at the rates, in the channels and with the bits that files really have.
"""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile
import soxr

from genrelib import audio
from genrelib.listening import sound

__all__ = ["CODECS", "LEARNED", "channels_of", "encoded", "learned"]

DELAY, WIDTH = 0.02, 0.5  # seconds, and how loud what makes the two channels differ
MP3_KBIT = {44100: (320, 32), 22050: (160, 8)}  # most and least, which libsndfile counts as 0 and 1


def channels_of(y, sr, channels):
    """Make a sound of one channel one of two that differ, whose mean it is.

    Parameters
    ----------
    y : (samples,) array
    sr : int
    channels : int
        1 or 2.

    Returns
    -------
    (samples, channels) array
        Divided by its peak where it would reach beyond full scale.

    Notes
    -----
    Chapter 13. A delayed copy is added on one side and subtracted on the other, after Lauridsen, in Schroeder
    (1958), "An artificial stereophonic effect obtained from a single audio signal".
    """
    delay = round(DELAY * sr)
    side = WIDTH * np.concatenate([np.zeros(delay, y.dtype), y[:-delay]])
    both = np.stack([y + side, y - side] if channels == 2 else [y], axis=1)
    return both / max(1, np.abs(both).max())


def encoded(y, number=0, *, write, rate, channels):
    """Encode a sound, and read it back.

    Parameters
    ----------
    y : (samples,) array, full scale ±1, at 22 050 Hz
    number : int
        Not used: a codec does the same to every clip.
    write : callable
        Takes a path, (samples, channels), and a rate.
    rate : int
        In Hz.
    channels : int
        1 or 2.

    Returns
    -------
    (samples,) array, float32, at 22 050 Hz

    Notes
    -----
    Chapter 13.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder, "sound")
        write(path, channels_of(soxr.resample(y, audio.SR, rate), rate, channels), rate)
        return np.concatenate(list(sound.pieces(path)))


def _write_aac(path, both, rate, *, kbit):
    """Write AAC, which libsndfile cannot."""
    import av

    layout = "stereo" if both.shape[1] == 2 else "mono"
    with av.open(str(path), "w", format="adts") as file:
        stream = file.add_stream("aac", rate=rate, layout=layout)
        stream.bit_rate = 1000 * kbit
        samples = np.ascontiguousarray(both.T, np.float32)
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout=layout)
        frame.sample_rate = rate
        cut = av.AudioResampler("fltp", layout, rate, stream.codec_context.frame_size or 1024)
        for part in [*cut.resample(frame), *cut.resample(None), None]:
            file.mux(stream.encode(part))


def _aac(kbit, rate, channels):
    return partial(encoded, write=partial(_write_aac, kbit=kbit), rate=rate, channels=channels)


def _mp3(kbit, rate, channels):
    most, least = MP3_KBIT[rate]
    how = {"format": "MP3", "bitrate_mode": "CONSTANT"}
    how |= {"compression_level": (most - kbit) / (most - least)}
    return partial(encoded, write=partial(soundfile.write, **how), rate=rate, channels=channels)


def _ogg(subtype, rate, channels):
    how = {"format": "OGG", "subtype": subtype, "compression_level": 0.5}
    return partial(encoded, write=partial(soundfile.write, **how), rate=rate, channels=channels)


CODECS = {
    "MP3, 320 kbit/s, 44.1 kHz stereo": _mp3(320, 44100, 2),
    "MP3, 128 kbit/s, 44.1 kHz stereo": _mp3(128, 44100, 2),
    "MP3, 64 kbit/s, 44.1 kHz stereo": _mp3(64, 44100, 2),
    "MP3, 64 kbit/s, 44.1 kHz mono": _mp3(64, 44100, 1),
    "MP3, 64 kbit/s, 22.05 kHz mono": _mp3(64, 22050, 1),
    "MP3, 24 kbit/s, 22.05 kHz mono": _mp3(24, 22050, 1),
    "AAC, 128 kbit/s, 44.1 kHz stereo": _aac(128, 44100, 2),
    "AAC, 64 kbit/s, 44.1 kHz mono": _aac(64, 44100, 1),
    "AAC, 64 kbit/s, 22.05 kHz mono": _aac(64, 22050, 1),
    "AAC, 24 kbit/s, 22.05 kHz mono": _aac(24, 22050, 1),
    "Ogg Vorbis, 44.1 kHz stereo": _ogg("VORBIS", 44100, 2),
    "Ogg Vorbis, 44.1 kHz mono": _ogg("VORBIS", 44100, 1),
    "Ogg Vorbis, 22.05 kHz mono": _ogg("VORBIS", 22050, 1),
    "Opus, 48 kHz stereo": _ogg("OPUS", 48000, 2),
    "Opus, 48 kHz mono": _ogg("OPUS", 48000, 1),
}
LEARNED = tuple(
    name for name in CODECS if not name.startswith("AAC")
)  # AAC tells what training is worth elsewhere


def learned(y, number):
    """Encode a sound by one of the codecs that training may meet, and read it back.

    Parameters
    ----------
    y : (samples,) array, full scale ±1, at 22 050 Hz
    number : int
        Says which.

    Returns
    -------
    (samples,) array, float32, at 22 050 Hz

    Notes
    -----
    Chapter 13.
    """
    return CODECS[LEARNED[number % len(LEARNED)]](y)
