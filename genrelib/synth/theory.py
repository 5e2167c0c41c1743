"""Scales, chords and progressions: names in, MIDI pitches out.

A progression is written as a musician writes a chart: bars between ``|``, chords of a bar separated by
spaces, Roman numerals against the major scale of the tonic whatever the mode ("i bVI bIII bVII"), upper case
major, lower case minor.
"""

import functools
import re

__all__ = [
    "NOTES",
    "PROGRESSIONS",
    "SCALES",
    "chart",
    "chord",
    "key_of",
    "nearest",
    "place",
    "scale_pitches",
    "voice_lead",
]

NOTES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "major pentatonic": (0, 2, 4, 7, 9),
    "minor pentatonic": (0, 3, 5, 7, 10),
    "blues": (0, 3, 5, 6, 7, 10),
    "country": (0, 2, 3, 4, 7, 9),
    "bebop": (0, 2, 4, 5, 7, 9, 10, 11),
}
QUALITIES = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "maj7": (0, 4, 7, 11),
    "9": (0, 4, 10, 14),
    "m9": (0, 3, 10, 14),
    "maj9": (0, 4, 11, 14),
    "13": (0, 4, 10, 21),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "dim": (0, 3, 6),
    "o7": (0, 3, 6, 9),
    "hdim": (0, 3, 6, 10),
    "sus4": (0, 5, 7),
    "add9": (0, 4, 7, 14),
    "5": (0, 7, 12),
    "7b9": (0, 4, 10, 13),
}
DEGREES = {"i": 0, "ii": 2, "iii": 4, "iv": 5, "v": 7, "vi": 9, "vii": 11}

# name: (mode, chart). The mode labels the key and chooses the scale of the melody.
PROGRESSIONS = {
    "12-bar": ("major", "I7 | I7 | I7 | I7 | IV7 | IV7 | I7 | I7 | V7 | IV7 | I7 | V7"),
    "12-bar-quick": ("major", "I7 | IV7 | I7 | I7 | IV7 | IV7 | I7 | I7 | V7 | IV7 | I7 IV7 | I7 V7"),
    "12-bar-minor": ("minor", "i7 | i7 | i7 | i7 | iv7 | iv7 | i7 | i7 | bVI7 | V7 | i7 | V7"),
    "8-bar-blues": ("major", "I7 | V7 | IV7 | IV7 | I7 | V7 | I7 IV7 | I7 V7"),
    "one-chord-boogie": ("major", "I7 | I7 | I7 | I7"),
    "jazz-blues": ("major", "I7 | IV7 | I7 | I7 | IV7 | IV7 | I7 | VI7 | ii7 | V7 | I7 VI7 | ii7 V7"),
    "rhythm-changes": (
        "major",
        "Imaj7 vi7 | ii7 V7 | iii7 VI7 | ii7 V7 | I7 | IVmaj7 iv6 | iii7 VI7 | ii7 V7",
    ),
    "ii-v-i": ("major", "ii9 | V13 | Imaj9 | Imaj7 | ii9 | V7b9 | Imaj9 | VI7"),
    "ii-v-i-minor": ("minor", "iihdim | V7b9 | i6 | i6 | iv7 | bVII9 | bIIImaj7 | V7b9"),
    "autumn": ("minor", "iv7 | bVII9 | bIIImaj7 | bVImaj7 | iihdim | V7b9 | i6 | i7"),
    "modal": ("minor", "i9 | i9 | i9 | i9 | i9 | i9 | bii9 | i9"),
    "bossa": ("major", "Imaj9 | Imaj9 | II9 | II9 | ii9 | bII9 | Imaj9 | bII9"),
    "cadence": ("major", "I | IV | V | I | vi | ii | V | I"),
    "classical-period": ("major", "I | V7 | V7 | I | IV I | ii V | I V7 | I"),
    "pachelbel": ("major", "I V | vi iii | IV I | IV V"),
    "fifths-minor": ("minor", "i iv | bVII bIII | bVI iidim | V i"),
    "lament": ("minor", "i | v | bVI | V7 | i | iv | V7 | i"),
    "romantic": ("minor", "i | iv | io7 | V7 | bVI | bIII | iihdim | V7"),
    "romantic-major": ("major", "I | I | vi | vi | ii7 | V7 | Imaj7 | io7"),
    "three-chords": ("major", "I | I | IV | I | I | I | V | V | I | I | IV | I | I | V | I | I"),
    "country-8": ("major", "I | I | IV | IV | V | V | I | I"),
    "country-turn": ("major", "I | IV | I | V | I | IV | I V | I"),
    "outlaw": ("major", "I | bVII | IV | I"),
    "waltz-16": ("major", "I | I | IV | IV | I | I | V | V | I | I7 | IV | iv | I | V | I | I"),
    "axis": ("major", "I | V | vi | IV"),
    "axis-minor": ("minor", "i | bVI | bIII | bVII"),
    "doo-wop": ("major", "I | vi | IV | V"),
    "pop-lift": ("major", "IV | V | iii7 | vi"),
    "pop-four": ("major", "vi | IV | I | V"),
    "pop-add9": ("major", "Iadd9 | V | vi7 | IVadd9"),
    "ballad": ("major", "I | iii7 | IV | V | I | vi7 | ii7 | V"),
    "descent": ("minor", "i | bVII | bVI | V7"),
    "disco-minor": ("minor", "i7 | i7 | iv7 | iv7 | bVI | bVII | i7 | i7"),
    "disco-loop": ("minor", "i9 | IV9 | i9 | IV9"),
    "disco-fifths": ("minor", "i7 | iv7 | bVII | bIIImaj7 | bVImaj7 | iihdim | V7 | i7"),
    "philly": ("major", "Imaj7 | ii7 | iii7 | IVmaj7 V"),
    "soul-vamp": ("major", "Imaj7 | IVmaj7 | Imaj7 | IVmaj7"),
    "loop-minor": ("minor", "i7 | i7 | bVImaj7 | V7"),
    "loop-jazz": ("minor", "i9 | iv9 | i9 | bVII9"),
    "loop-one": ("minor", "i | i | i | i"),
    "loop-sad": ("minor", "i | bVI | iv | V"),
    "power-minor": ("minor", "i5 | bVI5 | bVII5 | i5"),
    "power-phrygian": ("minor", "i5 | i5 | bII5 | i5 | i5 | i5 | bIII5 | bII5"),
    "power-tritone": ("minor", "i5 | i5 | bV5 | iv5"),
    "power-gallop": ("minor", "i5 | bVI5 | bVII5 | bVII5 | i5 | bVI5 | bIII5 | bVII5"),
    "clean-intro": ("minor", "i | bVI | iv | bVII"),
    "one-drop": ("minor", "i | iv | i | iv"),
    "roots": ("minor", "i | bVII | i | bVII"),
    "roots-major": ("major", "I | IV | V | IV"),
    "lovers": ("major", "Imaj7 | vi7 | ii7 | V"),
    "ska": ("major", "I | vi | ii | V"),
    "two-chord-major": ("major", "I | I | ii | ii"),
    "riff-rock": ("minor", "i5 | i5 | bVII5 | IV5"),
    "rock-mixo": ("major", "I | bVII | IV | I"),
    "rock-1-4-5": ("major", "I | I | IV | V"),
    "rock-anthem": ("major", "I | V | vi | IV | I | V | IV | IV"),
    "grunge": ("minor", "i5 | iv5 | bIII5 | bVI5"),
    "andalusian-rock": ("minor", "i | bVII | bVI | bVII"),
}


@functools.cache
def key_of(name):
    """'E minor' -> (4, 'minor'). Raises ValueError naming the key and what is allowed."""
    tonic, _, mode = name.partition(" ")
    if tonic not in NOTES or mode not in ("major", "minor"):
        raise ValueError(f"unknown key {name!r}: write one of {', '.join(NOTES)}, then 'major' or 'minor'")
    return NOTES.index(tonic), mode


@functools.cache
def chord(numeral):
    """'bVI7' -> (root above the tonic in semitones, intervals of the chord above its root)."""
    match = re.fullmatch(r"([b#]?)([iv]+|[IV]+)(.*)", numeral)
    if not match or match[2].lower() not in DEGREES:
        raise ValueError(f"cannot read the chord {numeral!r}: write it like I, ii7, bVImaj7")
    root = DEGREES[match[2].lower()] + {"b": -1, "#": 1, "": 0}[match[1]]
    quality = match[3]
    if match[2].islower() and quality in ("", "7", "9", "6"):
        quality = "m" + quality
    if quality not in QUALITIES:
        raise ValueError(f"unknown chord quality {quality!r} in {numeral!r}: one of {', '.join(QUALITIES)}")
    return root % 12, QUALITIES[quality]


@functools.cache
def chart(progression):
    """Bars of a declared progression: a tuple of bars, each a tuple of (root, intervals)."""
    return tuple(tuple(chord(c) for c in bar.split()) for bar in PROGRESSIONS[progression][1].split("|"))


def scale_pitches(tonic, scale, low, high):
    """All MIDI pitches of a scale between two pitches, both included."""
    inside = {(tonic + step) % 12 for step in SCALES[scale]}
    return [p for p in range(low, high + 1) if p % 12 in inside]


def nearest(pitches, target):
    """The pitch nearest to a target; the lower one when two are equally near."""
    return min(pitches, key=lambda p: (abs(p - target), p))


def place(pitch_class, low):
    """The lowest pitch of this class at or above `low`."""
    return low + (pitch_class - low) % 12


def voice_lead(tonic, harmony, previous, low, high):
    """Chord tones near the previous voicing, inside [low, high]: of all turns of the chord the one with least
    movement.

    previous: ascending pitches, or () for a first chord in close position around the middle of the range.
    """
    root, intervals = harmony
    classes = sorted((tonic + root + step) % 12 for step in intervals)
    if len(previous) != len(classes):
        middle = (low + high) // 2 - 5
        return tuple(sorted(place(c, middle) for c in classes))
    spread = [[p for p in range(low, high + 1) if p % 12 == c] for c in classes]
    turns = [
        [nearest(spread[(i + turn) % len(classes)], p) for i, p in enumerate(previous)]
        for turn in range(len(classes))
    ]
    best = min(turns, key=lambda led: sum(abs(a - b) for a, b in zip(led, previous, strict=True)))
    return tuple(sorted(best))
