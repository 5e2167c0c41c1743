"""A corpus of music in ten genres that needs no download: styles declared, notes composed, sound synthesized.

Why synthesize? Because then everything about a clip is known. On records, tempo, key, line-up, studio and
artist come tangled, and a classifier may score well by any of them: a "horse", as Sturm calls a system that
gives right answers for wrong reasons. Here each cause is a *factor* that can be turned by itself:

    >>> from genrelib import synth
    >>> clip = synth.compose("blues", 3)        # what is declared: a frozen `Factors`
    >>> y = synth.render(clip)                  # float32 (661500,), 30 s at 22 050 Hz
    >>> other = synth.compose("blues", 3, production="metal-modern")     # the same notes, another studio

The road from a name to samples has four stations, one module each:

1. `factors` draws what is declared. An *artist* has habits (sub-style, line-up, swing, two studios, favourite
   patterns, the timbre of every instrument); artists come in groups of three to five consecutive clips. A
   *clip* adds its tempo, key, form and progression. So a split by clip lets a classifier recognize the
   artist, a split by artist does not.
2. `composer` writes the notes bar by bar: chord charts with voice-leading, walking bass, riffs, motifs that
   return, fills. The vocabulary is declared in `styles` (what a genre may do), `patterns` (rhythms) and
   `theory` (scales, chords, charts).
3. `rendering` performs them. Timing jitter, swing and rubato move the notes; `voices` and `drums` turn each
   into sound by plucked-string filters (Karplus & Strong 1983), frequency modulation (Chowning 1973),
   wavetables, and formants.
4. `production` mixes and masters: a room (after Moorer 1979), equalizer, compression, saturation, noise of
   the medium.

Every random choice comes from a stream named after its concern (`streams`), so a clip is the same in any
order, in any process, and one factor can be changed without the others moving. What is *not* the same then is
only what the factor causes. Two effects are shared by design: levels are set on the mix as a whole, so
dropping the drums raises the rest; and a clip that is cut shorter is mastered by what is left of it.

Two modules stand beside the road, for chapter 13: `noises` makes what is no music, and `rooms` plays a sound
through a loudspeaker, a room and a microphone.

The music is a caricature: enough for learning, listening and controlled experiments, never a measure of how
well a classifier would do on records.
"""

from .factors import Factors, compose, factors_table
from .production import PRODUCTIONS
from .rendering import render
from .styles import GENRES, STYLES

__all__ = ["GENRES", "PRODUCTIONS", "STYLES", "Factors", "compose", "factors_table", "render"]
