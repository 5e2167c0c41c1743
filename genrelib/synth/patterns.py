"""The musical vocabulary: drum, bass, comping, riff and melody patterns, sections. Declarations only.

A pattern is a string that fills one bar, whatever its length: 16 letters are sixteenths of 4/4, 12 are
triplets of 4/4 or sixteenths of 3/4. A dot rests, a hyphen holds. Letters:

* drums – ``x`` stroke, ``X`` accent, ``g`` ghost stroke;
* bass – ``R 3 5 6 7 8`` tones of the chord, ``w`` walk (next tone of chord or scale), ``a`` a semitone from
  the next root, ``d`` dead note;
* comping – ``x`` stab, ``X`` accented stab, ``o`` chord held until the next letter, ``m`` muted scratch,
  ``0``–``5`` tones of the chord one by one, ``b`` low root and ``B`` low fifth (the boom of boom-chick);
* riff – ``X`` power chord that moves, ``o`` the same held, ``m`` palm-muted pedal note, ``t`` single note
  that moves;
* melody – ``x`` a new note or syllable.
"""

from dataclasses import dataclass, field

__all__ = ["BASS", "COMP", "DRUMS", "MELODIES", "RIFFS", "SECTIONS"]


@dataclass(frozen=True)
class Bass:
    """A bass line: one bar, and by how much a note sounds shorter than its slot."""

    bar: str
    length: float = 0.92


@dataclass(frozen=True)
class Comp:
    """A chord part: one bar; stab = length of an ``x`` in seconds; strum = seconds between the strings."""

    bar: str
    stab: float = 0.16
    strum: float = 0.0
    voices: int = 4


@dataclass(frozen=True)
class Riff:
    """A riff: one or two bars of rhythm; its moving pitches are the artist's own, out of `scale`."""

    bars: tuple
    scale: str = "minor pentatonic"
    follow: bool = False  # True: transposed with the chords; False: stays on the tonic
    mute: float = 0.11


@dataclass(frozen=True)
class Melody:
    """A line: rhythms of a bar, how it moves, where it breathes, how its notes are played."""

    bars: tuple
    leap: float = 0.15  # chance of a leap instead of a step
    rest: float = 0.2  # chance that a bar is left empty (the last of four twice as likely)
    chord: float = 0.7  # chance that a note on the beat is a chord tone
    art: dict = field(default_factory=dict)  # articulation -> chance
    scale: str = ""  # "" = the style's scale for this mode
    length: float = 0.95
    repeat: float = 0.7  # chance that a bar takes up the motif
    speech: bool = False  # pitch as in speech: near one note, falling at the end of a line


# fmt: off
DRUMS = {
    "shuffle": {
        "ride": "x..x.xx..x.x", "kick": "x.....x.....", "snare": "...X.....X..", "pedal": "...x.....x..",
    },
    "shuffle-hat": {"hat": "x.xx.xx.xx.x", "kick": "x....xx.....", "snare": "...X.....X.."},
    "slow-12-8": {"hat": "xxxxxxxxxxxx", "kick": "x....xx....x", "snare": "...X.....X.."},
    "chicago": {"hat": "x.xx.xx.xx.x", "kick": "x..x..x..x..", "snare": "..gX.g..gX.g"},
    "stomp": {"kick": "x..x..x..x..", "clap": "...x.....x.."},
    "rhumba": {"tom": "x..x..x.x...x.x.", "kick": "x.......x.......", "rim": "x..x..x...x.x..."},
    "train": {"brush": "xgXgxgXgxgXgxgXg", "kick": "x...x...x...x..."},
    "train-snare": {"ghost": "xxXxxxXxxxXxxxXx", "kick": "x.......x.......", "pedal": "..x...x...x...x."},
    "two-step": {"rim": "....x.......x...", "kick": "x.......x.......", "hat": "x.x.x.x.x.x.x.x."},
    "country-waltz": {"kick": "x...........", "brush": "....x...x...", "hat": "x...x...x..."},
    "country-rock": {"hat": "x.x.x.x.x.x.x.x.", "kick": "x......xx.x.....", "snare": "....X.......X..."},
    "disco": {
        "kick": "x...x...x...x...", "snare": "....X.......X...", "open": "..x...x...x...x.",
        "hat": "x.xxx.xxx.xxx.xx",
    },
    "disco-16": {
        "kick": "x...x...x...x...", "clap": "....X.......X...", "hat": "xxgxxxgxxxgxxxgx",
        "open": "..x...x...x...x.", "tambourine": "x.x.x.x.x.x.x.x.",
    },
    "disco-conga": {
        "kick": "x...x...x...x...", "snare": "....X.......X...", "open": "..x...x...x...x.",
        "conga": "..x.x.xx..x.xx.x",
    },
    "philly": {"kick": "x..xx...x..xx...", "snare": "....X..g....X..g", "hat": "xgxgxgxgxgxgxgxg"},
    "boom-bap": {"kick": "x......x..x.....", "snare": "....X.......X...", "hat": "x.x.x.x.x.x.x.x."},
    "boom-bap-2": {"kick": "x.x....x..xx....", "snare": "....X..g.g..X...", "hat": "x.x.x.xxx.x.x.x."},
    "808-slow": {"kick808": "x.....x...x.....", "clap": "....X.......X...", "hat": "x.x.x.xxx.x.xxxx"},
    "g-funk": {
        "kick": "x.....x.x.......", "snare": "....X.......X...", "clap": "....X.......X...",
        "hat": "x.x.x.x.x.x.x.x.", "shaker": "xgxgxgxgxgxgxgxg",
    },
    "electro": {
        "kick808": "x..x..x...x..x..", "snare": "....X.......X...", "hat": "xxxxxxxxxxxxxxxx",
        "cowbell": "..x..x....x.x...",
    },
    "swing-ride": {
        "ride": "x..x.xx..x.x", "pedal": "...x.....x..", "snare": "..g.....g...", "kick": "g..g..g..g..",
    },
    "swing-fast": {
        "ride": "x..x.xx..x.x", "pedal": "...x.....x..", "snare": ".....g..x..g", "kick": "......g.....",
    },
    "swing-brush": {"brush": "x..X.gx..X.g", "pedal": "...x.....x.."},
    "big-band": {
        "ride": "x..x.xx..x.x", "pedal": "...x.....x..", "snare": "..g..X...g.X", "kick": "x..x..x..x..",
    },
    "bossa": {"rim": "x..x..x...x..x..", "hat": "xxxxxxxxxxxxxxxx", "kick": "x..xx..xx..xx..x"},
    "metal-double": {"kick": "xxxxxxxxxxxxxxxx", "snare": "....X.......X...", "crash": "x...x...x...x..."},
    "metal-thrash": {"kick": "x.x.x.x.x.x.x.x.", "snare": "..X...X...X...X.", "hat": "x.x.x.x.x.x.x.x."},
    "metal-gallop": {"kick": "x.xxx.xxx.xxx.xx", "snare": "....X.......X...", "ride": "x...x...x...x..."},
    "metal-half": {"kick": "x..x..x.........", "snare": "........X.......", "crash": "x...x...x...x..."},
    "metal-blast": {"kick": "x.x.x.x.x.x.x.x.", "snare": ".x.x.x.x.x.x.x.x", "crash": "x...x...x...x..."},
    "pop-four": {
        "kick": "x...x...x...x...", "clap": "....X.......X...", "hat": "..x...x...x...x.",
        "shaker": "xgxgxgxgxgxgxgxg",
    },
    "pop-beat": {"kick": "x.....x.x.......", "snare": "....X.......X...", "hat": "x.x.x.x.x.x.x.x."},
    "pop-funk": {
        "kick": "x..x..x...x..x..", "snare": "....X.......X...", "clap": "....X.......X...",
        "hat": "xxxxxxxxxxxxxxxx",
    },
    "pop-ballad": {"kick": "x.........x.....", "snare": "........X.......", "hat": "x.x.x.x.x.x.x.x."},
    "one-drop": {"kick": "........X.......", "rim": "........X.......", "hat": "x.x.x.x.x.x.x.x."},
    "one-drop-swing": {"kick": "......X.....", "rim": "......X.....", "hat": "x.xx.xx.xx.x"},
    "rockers": {"kick": "x...x...x...x...", "snare": "........X..g....", "hat": "xgxgxgxgxgxgxgxg"},
    "steppers": {"kick": "x...x...x...x...", "rim": "......x...x.x...", "hat": "..x...x...x...x."},
    "ska-beat": {"kick": "x.......x.......", "snare": "....X.......X...", "hat": "..x...x...x...x."},
    "dancehall": {"kick": "x..x..x.x..x..x.", "snare": "...x..x....x..x.", "hat": "x.x.x.x.x.x.x.x."},
    "rock-8": {"kick": "x.....x.x.......", "snare": "....X.......X...", "hat": "x.x.x.x.x.x.x.x."},
    "rock-crash": {"kick": "x..x..x.x.x.....", "snare": "....X.......X...", "crash": "x...x...x...x..."},
    "rock-driving": {"kick": "x...x.x.x...x.x.", "snare": "....X.......X...", "ride": "x.x.x.x.x.x.x.x."},
    "rock-tom": {"kick": "x...x...x...x...", "tom": "x.x.x.xxx.x.x.xx", "snare": "....X.......X..."},
    "rock-ballad": {"kick": "x.......x.x.....", "snare": "....X.......X...", "hat": "x...x...x...x..."},
    "punk": {"kick": "x...x...x...x...", "snare": "..X...X...X...X.", "open": "x.x.x.x.x.x.x.x."},
}
# fmt: on

BASS = {
    "roots-half": Bass("R...............", 0.98),
    "roots-4": Bass("R...R...R...R..."),
    "eighths": Bass("R.R.R.R.R.R.R.R."),
    "eighths-push": Bass("R.R.R.R.R.R.R.a."),
    "boom-chick": Bass("R.......5.......", 0.95),
    "boom-walk": Bass("R.......5...w.a.", 0.95),
    "waltz": Bass("R...........", 0.8),
    "walking": Bass("w..w..w..w..", 0.95),
    "walking-skip": Bass("w..w.ww..w.a", 0.9),
    "shuffle-boogie": Bass("R..3..5..6.."),
    "shuffle-eighth": Bass("R.RR.R5.56.5"),
    "slow-blues": Bass("R.....5..6.a"),
    "two-feel": Bass("R.....5....."),
    "octaves": Bass("R.8.R.8.R.8.R.8.", 0.7),
    "octaves-16": Bass("R.8.R.88R.8.5.7.", 0.6),
    "disco-funk": Bass("R..R..8.d.R.7.8.", 0.7),
    "disco-melodic": Bass("R...5.8.7...5.3."),
    "funk": Bass("R..d..R8..R...7.", 0.7),
    "hiphop": Bass("R......R..5.....", 1.0),
    "hiphop-2": Bass("R.....R...7.R..a"),
    "sub-808": Bass("R.....R...R.....", 1.5),
    "reggae-1": Bass("R..R..5.....8.7."),
    "reggae-2": Bass("....R.3.5...3.R."),
    "reggae-3": Bass("R...R.5.R...7.5."),
    "reggae-4": Bass("R.R...3.5.....6."),
    "bossa": Bass("R..5...5R..5...5"),
    "pop-sync": Bass("R..R..R...R.R.5."),
    "pedal-16": Bass("RRRRRRRRRRRRRRRR", 0.8),
    "gallop": Bass("R.RRR.RRR.RRR.RR", 0.8),
    "rock-riff": Bass("R..RR.7.R..R5.7."),
    "walking-ska": Bass("w...w...w...w..."),
    "rhumba": Bass("R..5..8.R..5..8."),
}

COMP = {
    "boogie": Comp("o.xo.xo.xo.x", 0.14),
    "blues-stabs": Comp("...x.....x.x", 0.2),
    "blues-fingers": Comp("b.0b.1b.2b.1"),
    "slow-triplets": Comp("xxxxxxxxxxxx", 0.2),
    "rhumba": Comp("..x..x.x..x..x..", 0.14, 0.008),
    "chick": Comp("....x.......x...", 0.13, 0.012),
    "boom-chick": Comp("b...x...B...x...", 0.18, 0.012),
    "strum": Comp("o...o.xoo.xoo.xo", 0.3, 0.014, 5),
    "strum-16": Comp("x.xxx.xxx.xxx.xx", 0.2, 0.01, 5),
    "waltz-strum": Comp("b...x...x...", 0.25, 0.014),
    "banjo-roll": Comp("0213021302130213"),
    "picking": Comp("b.2.B.1.b.2.B.1."),
    "travis": Comp("b.2.B1.2b.2.B1.2"),
    "skank-guitar": Comp("m.xm.mx.m.xm.mx.", 0.07, 0.004),
    "wah-16": Comp("mmxmmxmmxmmxm.xm", 0.08, 0.004),
    "funk-chop": Comp("..x..x..m.x..mx.", 0.07, 0.004),
    "string-stabs": Comp("x.....x.....x.x.", 0.18),
    "disco-piano": Comp("x..x..x.x..x..x.", 0.2),
    "horn-hits": Comp("..x.......x..x..", 0.16),
    "horn-riff": Comp("x..x..........x.", 0.2),
    "held": Comp("o---------------"),
    "held-half": Comp("o-------o-------"),
    "held-waltz": Comp("o-----------"),
    "loop-arp": Comp("0.2.1..0.2.3.1.."),
    "loop-stab": Comp("x.......x..x....", 0.5),
    "loop-hold": Comp("o------o--------"),
    "charleston": Comp("x....x......", 0.25),
    "comp-sparse": Comp("..x....x...x", 0.22),
    "comp-busy": Comp("x..x.x...x.x", 0.2),
    "freddie": Comp("x..x..x..x..", 0.16, 0.008, 3),
    "bossa-guitar": Comp("b.xx..x.b..x..x.", 0.2, 0.006),
    "band-hits": Comp("x....x...x..", 0.18),
    "band-swells": Comp("o-----o-----"),
    "alberti": Comp("0.2.1.2.0.2.1.2."),
    "alberti-16": Comp("0212021202120212"),
    "arpeggio": Comp("b.0.1.2.3.2.1.0."),
    "nocturne": Comp("b012321b0123"),
    "waltz-piano": Comp("b...x...x...", 0.3),
    "repeated": Comp("x.x.x.x.x.x.x.x.", 0.16),
    "tremolo-strings": Comp("xxxxxxxxxxxxxxxx", 0.12),
    "chorale": Comp("o---o---o---o---"),
    "clean-arp": Comp("0.1.2.3.2.1.2.3."),
    "pop-piano": Comp("x...x.x.x...x.x.", 0.35),
    "pop-eighths": Comp("x.x.x.x.x.x.x.x.", 0.22),
    "synth-sync": Comp("x..x..x...x..x..", 0.14),
    "arp-16": Comp("0123012301230123"),
    "pop-guitar": Comp("m.xmm.xmm.xmm.xm", 0.09, 0.004),
    "skank": Comp("....x.......x...", 0.1, 0.005),
    "skank-double": Comp("....x.x.....x.x.", 0.08, 0.004),
    "skank-ska": Comp("..x...x...x...x.", 0.08, 0.004),
    "bubble": Comp("..x...x...x...x.", 0.1),
    "bubble-16": Comp(".xx..xx..xx..xx.", 0.08),
    "power-eighths": Comp("xxxxxxxx", 0.24, 0.0, 3),
    "power-hold": Comp("o-----x.o---x.x.", 0.3, 0.0, 3),
    "rock-strum": Comp("o..xo.xoo..xo.x.", 0.25, 0.01, 5),
    "jangle": Comp("0.2.3.2.1.2.3.2."),
    "ballad-arp": Comp("0.1.2.1.3.1.2.1."),
}

# fmt: off
RIFFS = {
    "thrash-16": Riff(("mmXmmmXmmXmmX.Xm", "mmXmmmXmt.t.t.t."), "phrygian"),
    "gallop": Riff(("m.mmm.mmX.mmm.mm", "m.mmm.mmX.X.t.t."), "minor"),
    "doom": Riff(("o-------o---o---", "o-----------t.t."), "minor"),
    "chug": Riff(("mm.mm.mmX..mm.X.", "mm.mm.mmX...X..."), "phrygian"),
    "tremolo": Riff(("tttttttttttttttt", "tttttttttttttttt"), "harmonic minor"),
    "nwobhm": Riff(("m.m.X..m.m.X..X.", "m.m.X..mt.t.t.t."), "minor"),
    "hard-rock": Riff(("X..X..t.X...t.t.", "X..X..t.o---t.t."), "minor pentatonic"),
    "stoner": Riff(("t.t.X...t.tt....", "t.t.X...o-------"), "blues"),
    "boogie-rock": Riff(("X.X.t.t.X.X.t.t.",), "mixolydian", True),
    "blues-riff": Riff(("t..t.tt..t..", "t..t.tt....."), "blues", True),
    "grunge": Riff(("X..XX.m.X..XX.m.",), "minor", True),
}
# fmt: on

_sung = (
    "x---x-x-x---x---",
    "x-x-x---x-x-x---",
    "..x-x-x-x-----x-",
    "x-----x-x---....",
    "..x---x-x-x-x-..",
    "x---x---x-x-x-x-",
)
_sync = ("x--x--x-x--x--x-", "..x--x--x-x-x---", "x-x-x--x--x-x---", "...x-x-x-x--x---", "x--x-x-x.x-x-x--")
_swung = ("x-xx-xx-xx--", "..xx-xx--...", "x--x-xx-xx-x", "x-xx--x-x...", "..x..xx-xx-x", "xxxx-xx-x...")
_long = ("x-----------x---", "x-------x-------", "x---------------", "x-------x---x---")
_fast = ("xxxxxxxxxxxxxxxx", "x-xxxxxxx-xxxxxx", "xxxxxxxxx---x---", "x---xxxxxxxxxxxx")
_waltz = ("x---x---x---", "x-------x---", "x---x-x-x---", "x-----x-x-x-", "x-----------")
_rap = ("x-xxx-xxx-xx..x-", "xxx-xxx-x-xxx-x-", "..xxx-xxxxx-x-x-", "x-x-xxxxx-xxx-..", "xxx-x-xxx-x-xxx-")
_trip = ("x-----x-x---", "..x--xx--x--", "x--x-xx-----", "..xx-xx-x---")

# fmt: off
MELODIES = {
    "blues-sung": Melody(_trip, 0.2, 0.4, 0.6, {"scoop": 0.4, "fall": 0.2}, "blues"),
    "blues-lead": Melody(_swung, 0.2, 0.25, 0.5, {"bend": 0.35, "vib": 0.3}, "blues"),
    "blues-harp": Melody(_trip + _swung, 0.15, 0.25, 0.5, {"scoop": 0.5, "vib": 0.3}, "blues"),
    "blues-piano": Melody(_swung, 0.25, 0.2, 0.6, {}, "blues"),
    "classical-theme": Melody(_sung + _long, 0.2, 0.05, 0.85, {"vib": 0.5}),
    "classical-run": Melody((*_fast, "x-x-x-x-x-x-x-x-"), 0.1, 0.08, 0.8, {}, length=0.85),
    "classical-slow": Melody(_long, 0.2, 0.03, 0.9, {"vib": 0.7}, length=1.0),
    "classical-waltz": Melody(_waltz, 0.25, 0.05, 0.9, {"vib": 0.5}),
    "aria": Melody(_long + _sung, 0.25, 0.15, 0.9, {"vib": 1.0}),
    "nocturne": Melody(
        ("x-----x-xx-x", "x--x--x-----", "x-----------", "x-xxxxx-x-x-"), 0.25, 0.08, 0.85, {},
    ),
    "country-sung": Melody(_sung, 0.12, 0.25, 0.85, {"scoop": 0.4, "yodel": 0.08}),
    "country-waltz": Melody(_waltz, 0.15, 0.2, 0.85, {"scoop": 0.4}),
    "steel-fills": Melody(
        ("....x---x-------", "x-------x---x---", "..x-----x-------"), 0.2, 0.35, 0.9,
        {"slide": 0.75, "vib": 0.25}, "country",
    ),
    "fiddle": Melody((*_fast, "x-x-xxx-x-x-xxx-"), 0.15, 0.2, 0.8, {"slide": 0.25}, "country"),
    "twang": Melody(
        ("x-x-x-xxx-x-x---", "xxx-x-x-x-x-....", "..x-x-x-xxx-x-x-"), 0.2, 0.3, 0.8, {"bend": 0.25},
        "country",
    ),
    "diva": Melody(_sync + _long, 0.2, 0.25, 0.8, {"scoop": 0.3, "vib": 0.4}),
    "string-line": Melody(
        (*_long, "x-x-x-x-x-------", "....xxxxx-------"), 0.25, 0.25, 0.8, {"vib": 0.4, "fall": 0.1},
    ),
    "chant": Melody(("x---x---x-x-x---", "..x-x-x-x---....", "x-x-x---....x-x-"), 0.1, 0.3, 0.9, {}),
    "rap": Melody(_rap, 0.0, 0.05, 0.0, {}, speech=True, repeat=0.3, length=0.85),
    "rap-fast": Melody(_rap + _fast, 0.0, 0.03, 0.0, {}, speech=True, repeat=0.2, length=0.85),
    "toast": Melody(_rap[:3] + _sync, 0.0, 0.3, 0.3, {"fall": 0.2}, speech=True, repeat=0.5),
    "hook": Melody(_sync, 0.15, 0.15, 0.8, {"scoop": 0.2}, repeat=0.9),
    "scratch": Melody(
        ("x.xx..x.x.xx....", "....xxx.....x.x.", "x.x...xxx......."), 0.0, 0.4, 0.0, {}, repeat=0.5,
        speech=True,
    ),
    "bebop": Melody(
        ("xxxxxxxxxxxx", "x-xx-xx-xx-x", "..xx-xx-xx-x", "x-xx-xx-x...", "xxxx-xx-x..."), 0.2, 0.15, 0.6,
        {"fall": 0.08}, "bebop", repeat=0.2,
    ),
    "jazz-theme": Melody(_swung, 0.25, 0.15, 0.8, {"vib": 0.25, "scoop": 0.25}, repeat=0.6),
    "jazz-ballad": Melody(
        (*_long, "x-----x-x-------", "..x-x-x-x-------"), 0.3, 0.12, 0.8, {"vib": 0.6, "scoop": 0.3},
    ),
    "jazz-piano": Melody((*_swung, "xxxxxxxxxxxx"), 0.25, 0.2, 0.6, {}, "bebop", repeat=0.2),
    "shred": Melody(_fast, 0.15, 0.1, 0.6, {"bend": 0.1, "vib": 0.1}, "harmonic minor", repeat=0.5),
    "growl": Melody(
        ("x-x-x---x-x-x---", "x---x-x-x-------", "xxx-x---xxx-x---"), 0.0, 0.15, 0.0, {}, speech=True,
        repeat=0.7,
    ),
    "metal-sung": Melody(_sung + _long, 0.25, 0.2, 0.8, {"vib": 0.6, "scoop": 0.2}),
    "pop-sung": Melody(_sync + _sung, 0.15, 0.18, 0.8, {"scoop": 0.25}, repeat=0.8),
    "pop-ballad": Melody(_sung + _long, 0.2, 0.18, 0.85, {"scoop": 0.3, "vib": 0.3}),
    "synth-hook": Melody(_sync, 0.25, 0.15, 0.8, {}, repeat=0.95),
    "reggae-sung": Melody(_sync + _sung, 0.12, 0.3, 0.8, {"scoop": 0.3, "fall": 0.15}),
    "melodica": Melody(_long + _sung, 0.15, 0.4, 0.8, {"vib": 0.4}, "minor"),
    "reggae-horns": Melody(
        ("x--x--x-x-------", "..x-x-x-x-------", "x-------........"), 0.15, 0.4, 0.9, {"fall": 0.2},
    ),
    "rock-sung": Melody(_sung + _sync, 0.18, 0.2, 0.75, {"scoop": 0.35, "fall": 0.1}),
    "rock-shout": Melody(_sung, 0.12, 0.2, 0.7, {"scoop": 0.5, "fall": 0.2}, "minor pentatonic"),
    "rock-solo": Melody(
        _sung + _fast[1:3], 0.2, 0.12, 0.6, {"bend": 0.35, "vib": 0.35}, "minor pentatonic", repeat=0.4,
    ),
    "jazz-theme-straight": Melody(_sync, 0.2, 0.2, 0.8, {"vib": 0.2}, repeat=0.5),
    "blues-harp-straight": Melody(
        _sung + _long, 0.15, 0.3, 0.7, {"scoop": 0.4, "vib": 0.3}, "major pentatonic",
    ),
    "hammond-solo": Melody(_sync + _fast[2:], 0.2, 0.15, 0.6, {}, "dorian", repeat=0.4),
}
# fmt: on

# Which roles play in a section, and how hard (dB). A role that a lineup does not have is simply not there.
SECTIONS = {
    "intro": ("drums perc bass rhythm riff keys pad lead strings", -2.0),
    "verse": ("drums perc bass rhythm riff keys pad voice low counter", -1.0),
    "chorus": ("drums perc bass rhythm riff keys pad voice choir strings brass counter low", 1.0),
    "solo": ("drums perc bass rhythm riff keys pad lead low brass", 0.0),
    "head": ("drums perc bass rhythm keys pad lead counter brass low strings", 0.0),
    "break": ("drums perc bass rhythm keys scratch", -1.0),
    "quiet": ("bass keys pad voice low rhythm", -5.0),
    "bare": ("keys lead low pad counter strings voice", -3.0),
    "tutti": ("drums perc bass rhythm riff keys pad lead voice choir strings brass counter low", 2.0),
    "dub": ("drums perc bass rhythm lead", -1.0),
}
