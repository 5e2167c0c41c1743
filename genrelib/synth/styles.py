"""The ten genres as declarations: change a line here, and the corpus changes; no code knows what a genre is.

Each genre is a handful of sub-styles. A sub-style names a tempo range (beats per minute), a metre, a swing
range (share of the beat, or half beat, taken by its first half: 0.5 straight, 0.67 triplets), the
progressions of verse and chorus, the drum patterns, what each role plays (`parts`: names in `patterns`),
line-ups ("role:instrument", alternatives separated by ``/``), forms ("section" and its bars), and
productions. Sub-styles overlap between genres on purpose – a rock ballad shares its chords with pop, a
soul-disco its groove with funk – because real records do.
"""

from dataclasses import dataclass, field

__all__ = ["GENRES", "STYLES"]


@dataclass(frozen=True)
class Substyle:
    """One way of playing a genre. Ranges are (low, high); tuples are pools from which artist and clip
    draw."""

    tempo: tuple
    progressions: tuple
    drums: tuple
    parts: dict
    lineups: tuple
    forms: tuple
    productions: tuple
    weight: float = 1.0
    metre: str = "4/4"
    swing: tuple = (0.5, 0.5)
    swing_grid: int = 8  # which notes swing: 8 = eighths, 16 = sixteenths
    chorus: tuple = ()  # progressions of chorus and solo; () = the verse's
    scales: dict = field(default_factory=lambda: {"major": "major", "minor": "minor"})
    feel: tuple = (4.0, 14.0)  # milliseconds of jitter, standard deviation
    lag: tuple = (-4.0, 12.0)  # milliseconds by which the band sits behind the beat
    rubato: tuple = (0.0, 0.01)  # share by which the tempo breathes
    dynamics: tuple = (2.0, 7.0)  # dB by which phrases swell
    touch: float = 0.0  # dB by which each dB between loud and soft notes grows; below 0 it shrinks
    mix: dict = field(default_factory=dict)  # role -> dB against the usual level of that role


_BLUES = {"major": "blues", "minor": "blues"}
_PENTA = {"major": "major pentatonic", "minor": "minor pentatonic"}
_MIXO = {"major": "mixolydian", "minor": "minor pentatonic"}
_JAZZ = {"major": "bebop", "minor": "dorian"}

# fmt: off
STYLES = {
    "blues": {
        "chicago": Substyle(
            touch=2.0,
            tempo=(90, 135), swing=(0.5, 0.5), progressions=("12-bar", "12-bar-quick"), scales=_BLUES,
            drums=("shuffle-hat", "chicago", "shuffle"),
            parts={
                "bass": ("shuffle-boogie", "shuffle-eighth", "walking"), "rhythm": ("boogie", "blues-stabs"),
                "keys": ("slow-triplets", "comp-sparse"), "lead": ("blues-lead", "blues-harp"),
                "voice": ("blues-sung",),
            },
            lineups=(
                "drums:vintage-kit bass:upright-bass/electric-bass rhythm:crunch-guitar/clean-guitar "
                "keys:upright-piano lead:harmonica voice:male-voice",
                "drums:vintage-kit bass:electric-bass rhythm:crunch-guitar keys:hammond lead:lead-guitar "
                "voice:male-voice/shout-voice",
            ),
            forms=("verse12 solo12", "solo12 verse12", "verse12 verse12"),
            productions=("chess-1955", "studio-1970s", "live-club", "digital-1990s"),
        ),
        "delta": Substyle(
            touch=2.0,
            tempo=(70, 120), progressions=("12-bar", "one-chord-boogie", "8-bar-blues"), scales=_BLUES,
            drums=("none", "none", "stomp"), feel=(10, 24), rubato=(0.0, 0.03), weight=1.2,
            parts={
                "rhythm": ("blues-fingers", "boogie"), "lead": ("blues-lead",), "voice": ("blues-sung",),
                "bass": ("two-feel",), "riff": ("blues-riff",),
            },
            lineups=(
                "rhythm:acoustic-guitar lead:slide-guitar voice:male-voice drums:vintage-kit",
                "rhythm:acoustic-guitar riff:clean-guitar lead:harmonica voice:male-voice drums:vintage-kit",
                "rhythm:crunch-guitar lead:slide-guitar voice:shout-voice drums:vintage-kit",
            ),
            forms=("verse12 verse12", "verse12 solo12", "solo8 verse12"),
            productions=("78rpm", "78rpm", "field-tape", "chess-1955"), mix={"rhythm": 5, "voice": 1},
        ),
        "slow-blues": Substyle(
            touch=2.0,
            tempo=(48, 70), progressions=("12-bar-quick", "12-bar-minor"), scales=_BLUES,
            drums=("slow-12-8",), dynamics=(2, 6),
            parts={
                "bass": ("slow-blues", "walking"), "rhythm": ("blues-stabs", "slow-triplets"),
                "keys": ("slow-triplets", "held"), "lead": ("blues-lead",), "voice": ("blues-sung",),
                "brass": ("band-hits",),
            },
            lineups=(
                "drums:rock-kit bass:electric-bass rhythm:clean-guitar keys:hammond lead:lead-guitar "
                "voice:male-voice/female-voice",
                "drums:vintage-kit bass:electric-bass rhythm:clean-guitar keys:upright-piano "
                "lead:lead-guitar brass:brass-section voice:male-voice",
            ),
            forms=("solo12 verse12", "verse12 solo12"),
            productions=("studio-1970s", "digital-1990s", "live-club", "studio-1960s"),
        ),
        "blues-rock": Substyle(
            touch=2.0,
            tempo=(95, 140), progressions=("12-bar", "one-chord-boogie"), scales=_BLUES,
            drums=("shuffle-hat", "rock-8", "rhumba"), weight=0.8,
            parts={
                "bass": ("shuffle-boogie", "rhumba"), "riff": ("blues-riff", "stoner"), "rhythm": ("boogie",),
                "lead": ("blues-lead", "rock-solo"), "voice": ("blues-sung", "rock-shout"),
            },
            lineups=(
                "drums:rock-kit bass:picked-bass/electric-bass riff:crunch-guitar lead:lead-guitar "
                "voice:shout-voice",
                "drums:rock-kit bass:electric-bass rhythm:overdrive-guitar lead:slide-guitar "
                "voice:male-voice",
            ),
            forms=("verse12 solo12", "solo12 verse12"),
            productions=("rock-1970", "studio-1970s", "digital-1990s"),
        ),
    },
    "classical": {
        "orchestra": Substyle(
            tempo=(66, 132),
            progressions=("cadence", "classical-period", "romantic", "lament", "romantic-major"),
            chorus=("fifths-minor", "cadence", "romantic"),
            scales={"major": "major", "minor": "harmonic minor"}, drums=("none",), feel=(12, 26),
            rubato=(0.02, 0.06), dynamics=(6, 14), weight=1.4,
            parts={
                "strings": ("classical-theme", "classical-run"),
                "pad": ("chorale", "held", "tremolo-strings", "repeated"), "bass": ("roots-half", "roots-4"),
                "lead": ("classical-theme", "classical-run"), "counter": ("classical-slow",),
                "brass": ("held", "chorale"), "low": ("classical-slow",),
            },
            lineups=(
                "strings:violins pad:strings bass:low-strings lead:flute/oboe/clarinet counter:horn "
                "brass:brass-section",
                "strings:violins pad:strings bass:low-strings lead:clarinet/horn counter:oboe low:cello",
                "strings:violins pad:strings bass:low-strings lead:trumpet/flute counter:violins brass:horn",
            ),
            forms=("head8 tutti8 bare8", "tutti8 head8", "bare8 head8 tutti8"),
            productions=("concert-hall", "concert-hall-1960", "concert-hall", "chamber"),
        ),
        "quartet": Substyle(
            tempo=(60, 140),
            progressions=("classical-period", "cadence", "lament", "fifths-minor", "pachelbel"),
            scales={"major": "major", "minor": "harmonic minor"}, drums=("none",), feel=(10, 22),
            rubato=(0.02, 0.05), dynamics=(4, 10),
            parts={
                "lead": ("classical-theme", "classical-run"), "pad": ("repeated", "chorale", "held-half"),
                "counter": ("classical-slow", "classical-theme"), "low": ("classical-slow",),
                "bass": ("roots-4", "roots-half"), "keys": ("alberti", "chorale", "arpeggio"),
            },
            lineups=(
                "lead:violin counter:viola pad:viola low:cello bass:cello",
                "lead:violin keys:harpsichord counter:violin low:cello bass:cello",
                "lead:flute/oboe/clarinet counter:violin pad:viola bass:cello",
                "lead:violin keys:piano bass:cello",
            ),
            forms=("head8 head8", "bare8 head8"), productions=("chamber", "concert-hall-1960", "church"),
        ),
        "piano": Substyle(
            tempo=(56, 126),
            progressions=("romantic", "romantic-major", "classical-period", "cadence", "lament"),
            scales={"major": "major", "minor": "harmonic minor"}, drums=("none",), feel=(8, 20),
            rubato=(0.03, 0.09), dynamics=(6, 12), weight=1.1,
            parts={
                "keys": ("alberti", "alberti-16", "arpeggio", "nocturne"),
                "lead": ("classical-theme", "nocturne", "classical-run"),
            },
            lineups=(
                "keys:piano lead:piano", "keys:piano lead:piano", "keys:harpsichord lead:harpsichord",
                "keys:nylon-guitar lead:nylon-guitar",
            ),
            forms=("head8 head8", "bare8 head8"),
            productions=("chamber", "concert-hall", "concert-hall-1960"),
        ),
        "song": Substyle(
            tempo=(54, 96), progressions=("romantic", "romantic-major", "lament", "cadence"),
            scales={"major": "major", "minor": "harmonic minor"}, drums=("none",), feel=(12, 26),
            rubato=(0.03, 0.07), dynamics=(4, 10), weight=0.8,
            parts={
                "voice": ("aria",), "keys": ("arpeggio", "alberti"), "pad": ("held", "chorale"),
                "bass": ("roots-half",), "choir": ("chorale", "held"), "lead": ("classical-slow",),
            },
            lineups=(
                "voice:soprano/tenor keys:piano",
                "voice:soprano/tenor pad:strings bass:low-strings lead:oboe",
                "choir:choir-voices pad:church-organ bass:low-strings",
                "choir:choir-voices voice:soprano pad:strings",
            ),
            forms=("tutti8 tutti8",), productions=("concert-hall", "church", "concert-hall-1960"),
        ),
        "waltz": Substyle(
            tempo=(100, 176), metre="3/4", progressions=("waltz-16", "classical-period", "romantic-major"),
            drums=("none",), feel=(8, 18), rubato=(0.02, 0.07), dynamics=(5, 10), weight=0.7,
            parts={
                "strings": ("classical-waltz",), "lead": ("classical-waltz",),
                "pad": ("waltz-piano", "held-waltz"), "bass": ("waltz",), "keys": ("waltz-piano",),
            },
            lineups=(
                "strings:violins pad:strings bass:low-strings lead:flute/clarinet", "lead:piano keys:piano",
                "lead:violin keys:piano",
            ),
            forms=("head16 tutti16",), productions=("concert-hall", "chamber", "concert-hall-1960"),
        ),
    },
    "country": {
        "honky-tonk": Substyle(
            touch=-0.6,
            tempo=(95, 135), progressions=("three-chords", "country-8", "country-turn"),
            scales={"major": "country", "minor": "minor"}, drums=("two-step", "train", "train-snare"),
            parts={
                "bass": ("boom-chick", "boom-walk"), "rhythm": ("boom-chick", "chick"),
                "keys": ("chick", "pop-piano"), "lead": ("steel-fills", "twang", "fiddle"),
                "counter": ("steel-fills",), "voice": ("country-sung",), "choir": ("held",),
            },
            lineups=(
                "drums:country-kit bass:upright-bass rhythm:acoustic-guitar keys:honky-piano "
                "lead:pedal-steel counter:pedal-steel voice:male-voice",
                "drums:country-kit bass:electric-bass rhythm:acoustic-guitar lead:twang-guitar "
                "counter:pedal-steel voice:male-voice/female-voice",
                "drums:country-kit bass:upright-bass rhythm:acoustic-guitar lead:fiddle "
                "counter:pedal-steel voice:male-voice choir:choir-voices",
            ),
            forms=("verse16 solo8", "intro4 verse16 solo8", "verse8 solo8 verse8"),
            productions=("nashville-1965", "nashville-1965", "studio-1970s", "studio-1960s"), weight=1.3,
            mix={"voice": 2},
        ),
        "waltz": Substyle(
            touch=-0.6,
            tempo=(84, 130), metre="3/4", progressions=("waltz-16",),
            scales={"major": "country", "minor": "minor"}, drums=("country-waltz",), weight=0.7,
            parts={
                "bass": ("waltz",), "rhythm": ("waltz-strum",), "lead": ("country-waltz",),
                "counter": ("country-waltz",), "voice": ("country-waltz",), "keys": ("waltz-piano",),
            },
            lineups=(
                "drums:country-kit bass:upright-bass rhythm:acoustic-guitar lead:fiddle "
                "counter:pedal-steel voice:male-voice",
                "drums:country-kit bass:electric-bass rhythm:acoustic-guitar keys:honky-piano "
                "lead:pedal-steel voice:female-voice",
            ),
            forms=("verse16 solo16",), productions=("nashville-1965", "studio-1970s"), mix={"voice": 2},
        ),
        "bluegrass": Substyle(
            touch=-0.6,
            tempo=(118, 160), progressions=("country-turn", "country-8", "outlaw"),
            scales={"major": "country", "minor": "minor"}, drums=("none",), feel=(6, 14),
            parts={
                "bass": ("boom-chick",), "rhythm": ("boom-chick",), "keys": ("banjo-roll",),
                "pad": ("chick",), "lead": ("fiddle",), "voice": ("country-sung",), "choir": ("held-half",),
            },
            lineups=(
                "bass:upright-bass rhythm:acoustic-guitar keys:banjo pad:mandolin lead:fiddle "
                "voice:male-voice choir:choir-voices",
                "bass:upright-bass rhythm:acoustic-guitar keys:banjo lead:mandolin "
                "voice:male-voice/female-voice",
            ),
            forms=("solo8 verse8", "verse8 solo8"),
            productions=("field-tape", "nashville-1965", "digital-1990s"),
        ),
        "new-country": Substyle(
            touch=-0.6,
            tempo=(84, 140), progressions=("outlaw", "axis", "country-turn", "rock-1-4-5"),
            chorus=("axis", "rock-anthem"), scales={"major": "country", "minor": "minor"},
            drums=("country-rock", "rock-8", "train-snare"),
            parts={
                "bass": ("boom-walk", "eighths", "roots-4"), "rhythm": ("strum", "strum-16"),
                "keys": ("picking", "held"), "lead": ("twang", "steel-fills", "fiddle"),
                "counter": ("steel-fills",), "voice": ("country-sung",), "choir": ("held",),
            },
            lineups=(
                "drums:pop-kit bass:electric-bass rhythm:acoustic-guitar keys:twang-guitar "
                "lead:twang-guitar counter:pedal-steel voice:male-voice choir:choir-voices",
                "drums:rock-kit bass:electric-bass rhythm:acoustic-guitar keys:hammond lead:fiddle "
                "counter:pedal-steel voice:female-voice/male-voice choir:choir-voices",
            ),
            forms=("verse8 chorus8 solo4", "intro4 verse8 chorus8", "chorus8 verse8"),
            productions=("digital-1990s", "pop-modern", "nashville-1990s", "nashville-1990s"),
            weight=1.6, mix={"voice": 1, "drums": 1},
        ),
        "ballad": Substyle(
            touch=-0.6,
            tempo=(62, 84), progressions=("ballad", "country-turn", "doo-wop"),
            scales={"major": "country", "minor": "minor"}, drums=("rock-ballad", "train"), rubato=(0, 0.02),
            weight=0.8,
            parts={
                "bass": ("roots-half", "boom-chick"), "rhythm": ("travis", "picking"),
                "keys": ("held", "pop-piano"), "lead": ("steel-fills",), "strings": ("string-line",),
                "voice": ("country-sung",),
            },
            lineups=(
                "drums:country-kit bass:electric-bass rhythm:acoustic-guitar keys:piano lead:pedal-steel "
                "voice:male-voice",
                "drums:country-kit bass:electric-bass rhythm:nylon-guitar lead:pedal-steel strings:strings "
                "voice:female-voice",
            ),
            forms=("verse8 chorus8", "intro4 verse8 chorus8"),
            productions=("nashville-1965", "nashville-1990s", "studio-1970s"), mix={"voice": 2},
        ),
    },
    "disco": {
        "classic": Substyle(
            touch=-0.25,
            tempo=(110, 128), progressions=("disco-minor", "disco-fifths", "disco-loop"),
            chorus=("disco-fifths", "disco-minor"), drums=("disco", "disco-16", "disco-conga"), feel=(3, 9),
            lag=(-4, 5), weight=1.5,
            parts={
                "bass": ("octaves", "octaves-16", "disco-funk"), "rhythm": ("wah-16", "skank-guitar"),
                "keys": ("disco-piano",), "strings": ("string-line",), "pad": ("string-stabs", "held"),
                "brass": ("horn-hits", "horn-riff"), "voice": ("diva", "chant"),
                "choir": ("held", "horn-riff"), "lead": ("string-line",),
            },
            lineups=(
                "drums:disco-kit bass:electric-bass rhythm:wah-guitar keys:rhodes pad:strings "
                "strings:violins brass:brass-section voice:female-voice choir:choir-voices lead:violins",
                "drums:disco-kit bass:electric-bass rhythm:funk-guitar keys:upright-piano pad:strings "
                "strings:violins brass:brass-section voice:male-voice choir:choir-voices lead:flute",
            ),
            forms=("chorus8 verse8", "intro4 verse8 chorus8", "chorus8 break4 verse8"),
            productions=("disco-1978", "disco-12inch"),
        ),
        "funk": Substyle(
            touch=-0.25,
            tempo=(100, 118), progressions=("disco-loop", "loop-jazz", "disco-minor"),
            scales={"major": "mixolydian", "minor": "dorian"}, drums=("disco", "philly", "pop-funk"),
            feel=(3, 9),
            parts={
                "bass": ("funk", "disco-funk"), "rhythm": ("funk-chop", "skank-guitar"),
                "keys": ("wah-16", "horn-hits"), "brass": ("horn-riff", "horn-hits"),
                "voice": ("chant", "diva"), "lead": ("reggae-horns",), "choir": ("horn-riff",),
            },
            lineups=(
                "drums:disco-kit bass:slap-bass rhythm:funk-guitar keys:clav brass:brass-section lead:sax "
                "voice:male-voice choir:choir-voices",
                "drums:disco-kit bass:electric-bass rhythm:wah-guitar keys:rhodes brass:brass-section "
                "lead:trumpet voice:female-voice",
            ),
            forms=("chorus8 break4 verse8", "verse8 chorus8", "break4 chorus8"),
            productions=("disco-1978", "studio-1970s", "disco-12inch"),
        ),
        "euro": Substyle(
            touch=-0.25,
            tempo=(116, 134), progressions=("disco-minor", "axis-minor", "disco-fifths", "descent"),
            drums=("disco", "pop-four", "disco-16"), feel=(1, 4), lag=(-2, 3),
            parts={
                "bass": ("octaves", "pedal-16"), "keys": ("synth-sync", "arp-16"),
                "pad": ("held", "string-stabs"), "strings": ("string-line",), "lead": ("synth-hook",),
                "voice": ("diva", "chant"), "choir": ("held",),
            },
            lineups=(
                "drums:disco-kit bass:synth-bass keys:synth-brass pad:saw-strings strings:violins "
                "lead:synth-lead voice:female-voice choir:choir-voices",
                "drums:808-kit bass:synth-bass keys:synth-lead pad:synth-pad lead:synth-lead "
                "voice:male-voice",
            ),
            forms=("intro4 chorus8 verse8", "chorus8 verse8", "verse8 chorus8"),
            productions=("disco-12inch", "pop-1985", "disco-1978"),
        ),
        "philly": Substyle(
            touch=-0.25,
            tempo=(98, 122), progressions=("philly", "soul-vamp", "doo-wop"), chorus=("philly", "axis"),
            drums=("philly", "disco", "pop-beat"),
            parts={
                "bass": ("disco-melodic", "funk"), "rhythm": ("chick", "funk-chop"),
                "keys": ("pop-piano", "held"), "strings": ("string-line",), "pad": ("held",),
                "brass": ("horn-hits",), "voice": ("pop-sung", "diva"), "choir": ("held", "horn-riff"),
            },
            lineups=(
                "drums:disco-kit bass:electric-bass rhythm:funk-guitar keys:rhodes pad:strings "
                "strings:violins brass:brass-section voice:male-voice/female-voice choir:choir-voices",
            ),
            forms=("verse8 chorus8", "intro4 chorus8 verse8"), productions=("studio-1970s", "disco-1978"),
        ),
    },
    "hiphop": {
        "boom-bap": Substyle(
            touch=1.5,
            tempo=(84, 100), swing=(0.53, 0.62), swing_grid=16,
            progressions=("loop-minor", "loop-jazz", "loop-one", "loop-sad"),
            drums=("boom-bap", "boom-bap-2"), feel=(3, 10), lag=(0, 14), weight=1.6,
            parts={
                "bass": ("hiphop", "hiphop-2"), "keys": ("loop-arp", "loop-stab", "loop-hold"),
                "pad": ("loop-hold", "held"), "voice": ("rap", "rap-fast"), "scratch": ("scratch",),
                "lead": ("hook",), "choir": ("loop-stab",),
            },
            lineups=(
                "drums:boombap-kit bass:dub-bass keys:rhodes/upright-piano/vibes pad:strings "
                "voice:rap-voice scratch:scratch-deck",
                "drums:boombap-kit bass:upright-bass keys:jazz-guitar/rhodes/harp lead:muted-trumpet/flute "
                "voice:rap-voice scratch:scratch-deck",
                "drums:boombap-kit bass:dub-bass keys:brass-section/strings voice:rap-voice "
                "choir:choir-voices",
            ),
            forms=("verse8 chorus4", "intro4 verse8", "verse8 break4"),
            productions=("boom-bap-1994", "boom-bap-1994", "hiphop-modern"), mix={"voice": 3, "drums": 1},
        ),
        "g-funk": Substyle(
            touch=1.5,
            tempo=(86, 102), swing=(0.5, 0.57), swing_grid=16,
            progressions=("loop-minor", "loop-one", "disco-loop"), drums=("g-funk", "boom-bap"), feel=(2, 7),
            parts={
                "bass": ("funk", "hiphop-2"), "keys": ("loop-stab", "funk-chop"), "pad": ("held",),
                "voice": ("rap",), "lead": ("synth-hook",), "counter": ("synth-hook",), "choir": ("held",),
            },
            lineups=(
                "drums:808-kit bass:synth-bass keys:rhodes/clav pad:synth-pad counter:whistle-lead "
                "lead:whistle-lead voice:rap-voice",
                "drums:boombap-kit bass:synth-bass keys:wah-guitar counter:whistle-lead voice:rap-voice "
                "choir:choir-voices",
            ),
            forms=("verse8 chorus4", "intro4 verse8 chorus4"), productions=("hiphop-modern", "boom-bap-1994"),
            mix={"voice": 2, "bass": 2},
        ),
        "808": Substyle(
            touch=1.5,
            tempo=(70, 96), progressions=("loop-one", "loop-sad", "loop-minor"), drums=("808-slow",),
            feel=(0, 3), lag=(-1, 2),
            parts={
                "bass": ("sub-808",), "keys": ("loop-arp", "loop-stab", "arp-16"), "pad": ("held",),
                "voice": ("rap-fast", "rap"), "lead": ("synth-hook",), "choir": ("held",),
            },
            lineups=(
                "drums:808-kit bass:sub-808 keys:fm-bell/piano pad:synth-pad voice:rap-voice",
                "drums:808-kit bass:sub-808 keys:saw-strings/synth-lead pad:choir-voices voice:rap-voice",
            ),
            forms=("verse8 chorus8", "intro2 verse8"), productions=("hiphop-modern", "hiphop-loud"),
            mix={"voice": 2, "bass": 3},
        ),
        "old-school": Substyle(
            touch=1.5,
            tempo=(96, 118), progressions=("loop-one", "disco-loop"),
            drums=("electro", "boom-bap-2", "pop-funk"), feel=(1, 6),
            parts={
                "bass": ("funk", "octaves"), "keys": ("horn-hits", "funk-chop"), "rhythm": ("funk-chop",),
                "voice": ("rap", "rap-fast"), "scratch": ("scratch",), "choir": ("horn-hits",),
            },
            lineups=(
                "drums:808-kit bass:synth-bass keys:synth-brass voice:rap-voice scratch:scratch-deck",
                "drums:boombap-kit bass:electric-bass rhythm:funk-guitar voice:rap-voice "
                "scratch:scratch-deck choir:choir-voices",
            ),
            forms=("verse8 break4", "verse8 chorus4"),
            productions=("boom-bap-1994", "pop-1985", "disco-12inch"), mix={"voice": 2, "drums": 2},
        ),
    },
    "jazz": {
        "combo": Substyle(
            tempo=(110, 210),
            progressions=("ii-v-i", "jazz-blues", "rhythm-changes", "autumn", "ii-v-i-minor"), scales=_JAZZ,
            drums=("swing-ride", "swing-fast"), feel=(6, 16), weight=1.4,
            parts={
                "bass": ("walking", "walking-skip"), "keys": ("charleston", "comp-sparse", "comp-busy"),
                "rhythm": ("freddie",), "lead": ("bebop", "jazz-theme"), "counter": ("jazz-theme",),
            },
            lineups=(
                "drums:jazz-kit bass:upright-bass keys:piano lead:sax/tenor-sax",
                "drums:jazz-kit bass:upright-bass keys:piano lead:trumpet",
                "drums:jazz-kit bass:upright-bass keys:jazz-guitar lead:tenor-sax",
                "drums:jazz-kit bass:upright-bass keys:vibes lead:muted-trumpet",
            ),
            forms=("head8 solo8", "solo8 solo8"),
            productions=("jazz-club-1960", "jazz-club-1960", "studio-1960s", "jazz-modern"),
            mix={"drums": -5},
        ),
        "trio": Substyle(
            tempo=(90, 190), progressions=("ii-v-i", "autumn", "jazz-blues", "rhythm-changes"), scales=_JAZZ,
            drums=("swing-brush", "swing-ride"), feel=(6, 16),
            parts={
                "bass": ("walking", "two-feel"), "keys": ("charleston", "comp-sparse"),
                "lead": ("jazz-piano", "bebop"),
            },
            lineups=(
                "drums:brush-kit bass:upright-bass keys:piano lead:piano",
                "drums:jazz-kit bass:upright-bass keys:piano lead:piano",
                "bass:upright-bass keys:jazz-guitar lead:jazz-guitar drums:brush-kit",
            ),
            forms=("head8 solo8",), productions=("jazz-club-1960", "jazz-modern", "live-club"),
            mix={"drums": -7},
        ),
        "ballad": Substyle(
            tempo=(54, 76), progressions=("ii-v-i", "autumn", "ballad"), scales=_JAZZ, drums=("swing-brush",),
            feel=(10, 24), rubato=(0, 0.03), dynamics=(2, 6), weight=0.9,
            parts={
                "bass": ("two-feel", "walking"), "keys": ("comp-sparse", "charleston"),
                "pad": ("band-swells",), "lead": ("jazz-ballad",), "voice": ("jazz-ballad",),
            },
            lineups=(
                "drums:brush-kit bass:upright-bass keys:piano lead:tenor-sax/muted-trumpet",
                "drums:brush-kit bass:upright-bass keys:piano lead:trumpet voice:female-voice",
                "drums:brush-kit bass:upright-bass keys:jazz-guitar pad:strings lead:flute/sax "
                "voice:male-voice",
            ),
            forms=("head8 solo8", "tutti8 head8"),
            productions=("jazz-club-1960", "studio-1960s", "jazz-modern"), mix={"drums": -8},
        ),
        "big-band": Substyle(
            tempo=(110, 200), progressions=("rhythm-changes", "jazz-blues", "ii-v-i"), scales=_JAZZ,
            drums=("big-band", "swing-ride"),
            parts={
                "bass": ("walking",), "rhythm": ("freddie",), "keys": ("comp-sparse",),
                "brass": ("band-hits", "band-swells"), "pad": ("band-hits", "band-swells"),
                "lead": ("jazz-theme", "bebop"), "strings": ("jazz-theme",),
            },
            lineups=(
                "drums:jazz-kit bass:upright-bass rhythm:acoustic-guitar keys:piano brass:brass-section "
                "pad:sax-section lead:trumpet strings:sax-section",
                "drums:jazz-kit bass:upright-bass rhythm:acoustic-guitar brass:brass-section "
                "pad:sax-section lead:clarinet/tenor-sax strings:brass-section",
            ),
            forms=("head8 tutti8", "tutti8 solo8"), productions=("swing-1940", "swing-1940", "studio-1960s"),
            mix={"drums": -4},
        ),
        "modal-bossa": Substyle(
            tempo=(110, 150), progressions=("bossa", "modal", "soul-vamp"), scales=_JAZZ,
            drums=("bossa", "swing-ride"), weight=0.8,
            parts={
                "bass": ("bossa",), "keys": ("bossa-guitar", "held"), "lead": ("jazz-theme", "hammond-solo"),
            },
            lineups=(
                "drums:jazz-kit bass:upright-bass keys:nylon-guitar lead:flute/tenor-sax",
                "drums:jazz-kit bass:upright-bass keys:rhodes lead:sax",
                "drums:jazz-kit bass:upright-bass keys:hammond lead:jazz-guitar",
            ),
            forms=("head8 solo8",), productions=("studio-1960s", "jazz-modern", "studio-1970s"),
            mix={"drums": -5},
        ),
    },
    "metal": {
        "thrash": Substyle(
            touch=1.2,
            tempo=(140, 210), progressions=("power-phrygian", "power-minor"),
            drums=("metal-thrash", "metal-double"), feel=(2, 6), weight=1.4,
            parts={
                "bass": ("pedal-16", "eighths"), "riff": ("thrash-16", "chug"), "rhythm": ("power-hold",),
                "lead": ("shred",), "voice": ("growl", "rock-shout"),
            },
            lineups=(
                "drums:metal-kit bass:picked-bass riff:metal-guitar lead:lead-guitar "
                "voice:shout-voice/growl-voice",
            ),
            forms=("verse8 chorus8", "intro4 solo8 verse8", "verse8 solo8"),
            productions=("metal-1986", "metal-modern", "metal-lofi"), mix={"riff": 1, "drums": 3, "bass": 6},
        ),
        "heavy": Substyle(
            touch=1.2,
            tempo=(104, 168), progressions=("power-gallop", "power-minor", "descent"),
            drums=("metal-gallop", "rock-crash", "rock-driving"), feel=(3, 8),
            parts={
                "bass": ("gallop", "eighths"), "riff": ("nwobhm", "gallop", "hard-rock"),
                "pad": ("power-hold",), "lead": ("shred", "rock-solo"), "counter": ("metal-sung",),
                "voice": ("metal-sung", "rock-shout"),
            },
            lineups=(
                "drums:metal-kit bass:picked-bass riff:metal-guitar lead:lead-guitar voice:tenor/shout-voice",
                "drums:rock-kit bass:picked-bass riff:metal-guitar pad:overdrive-guitar lead:lead-guitar "
                "counter:lead-guitar voice:shout-voice",
            ),
            forms=("verse8 chorus8", "solo8 chorus8", "intro4 verse8"),
            productions=("metal-1986", "arena-1980s", "metal-modern"), mix={"drums": 3, "bass": 6},
        ),
        "death": Substyle(
            touch=1.2,
            tempo=(150, 220), progressions=("power-tritone", "power-phrygian"),
            drums=("metal-blast", "metal-double"), feel=(1, 5),
            parts={
                "bass": ("pedal-16",), "riff": ("tremolo", "thrash-16"), "lead": ("shred",),
                "voice": ("growl",),
            },
            lineups=(
                "drums:metal-kit bass:picked-bass riff:metal-guitar lead:lead-guitar voice:growl-voice",
            ),
            forms=("verse8 chorus8", "verse8 solo4"), productions=("metal-modern", "metal-lofi"),
            mix={"riff": 1, "drums": 3, "bass": 6},
        ),
        "doom": Substyle(
            touch=1.2,
            tempo=(60, 88), progressions=("power-tritone", "power-minor", "clean-intro"),
            drums=("metal-half", "rock-ballad"),
            parts={
                "bass": ("roots-half", "roots-4"), "riff": ("doom", "stoner"), "keys": ("clean-arp",),
                "lead": ("rock-solo",), "voice": ("metal-sung", "growl"),
            },
            lineups=(
                "drums:metal-kit bass:picked-bass riff:metal-guitar lead:lead-guitar voice:growl-voice/tenor",
                "drums:metal-kit bass:electric-bass riff:metal-guitar keys:clean-guitar lead:lead-guitar "
                "voice:male-voice",
            ),
            forms=("bare4 verse8", "verse8 chorus4", "chorus8 solo4"),
            productions=("metal-modern", "metal-lofi", "rock-1970"), weight=0.8,
            mix={"riff": 1, "drums": 3, "bass": 6},
        ),
        "groove": Substyle(
            touch=1.2,
            tempo=(86, 118), progressions=("power-tritone", "power-phrygian", "grunge"),
            drums=("metal-half", "rock-crash"), feel=(2, 6),
            parts={
                "bass": ("eighths", "rock-riff"), "riff": ("chug", "grunge"), "lead": ("rock-solo",),
                "voice": ("growl", "rock-shout", "rap"), "keys": ("clean-arp",),
            },
            lineups=(
                "drums:metal-kit bass:picked-bass riff:metal-guitar lead:lead-guitar "
                "voice:growl-voice/shout-voice",
                "drums:metal-kit bass:picked-bass riff:metal-guitar keys:clean-guitar voice:shout-voice",
            ),
            forms=("verse8 chorus8", "chorus4 verse8"), productions=("metal-modern", "digital-1990s"),
            mix={"riff": 1, "drums": 3, "bass": 6},
        ),
    },
    "pop": {
        "dance-pop": Substyle(
            touch=1.1,
            tempo=(104, 132), progressions=("axis-minor", "pop-four", "loop-minor"),
            chorus=("axis", "pop-four", "pop-lift"), drums=("pop-four", "pop-beat", "pop-funk"), feel=(1, 5),
            lag=(-2, 3), weight=1.4,
            parts={
                "bass": ("pop-sync", "octaves", "eighths"), "keys": ("synth-sync", "pop-eighths", "arp-16"),
                "pad": ("held",), "rhythm": ("pop-guitar",), "lead": ("synth-hook",), "voice": ("pop-sung",),
                "choir": ("held", "synth-sync"), "counter": ("synth-hook",),
            },
            lineups=(
                "drums:pop-kit bass:synth-bass keys:synth-brass/saw-strings pad:synth-pad lead:synth-lead "
                "voice:female-voice choir:choir-voices",
                "drums:pop-kit bass:synth-bass keys:piano pad:synth-pad rhythm:funk-guitar counter:fm-bell "
                "voice:female-voice/male-voice choir:choir-voices",
            ),
            forms=("verse8 chorus8", "chorus8 verse8", "intro4 verse8 chorus8"),
            productions=("pop-modern", "pop-modern", "pop-1985"), mix={"voice": 2},
        ),
        "ballad": Substyle(
            touch=1.1,
            tempo=(60, 84), progressions=("ballad", "axis", "pop-add9", "doo-wop"),
            chorus=("axis", "pop-lift"), drums=("pop-ballad", "rock-ballad"), feel=(3, 9), dynamics=(2, 5),
            parts={
                "bass": ("roots-half", "pop-sync"), "keys": ("pop-piano", "ballad-arp", "pop-eighths"),
                "pad": ("held",), "rhythm": ("travis",), "strings": ("string-line",),
                "voice": ("pop-ballad",), "choir": ("held",), "lead": ("jazz-ballad", "rock-solo"),
            },
            lineups=(
                "drums:pop-kit bass:electric-bass keys:piano pad:synth-pad strings:strings "
                "voice:female-voice choir:choir-voices",
                "drums:pop-kit bass:electric-bass keys:rhodes pad:strings rhythm:acoustic-guitar "
                "lead:lead-guitar voice:male-voice",
            ),
            forms=("quiet8 chorus8", "verse8 chorus8"),
            productions=("pop-modern", "digital-1990s", "pop-1985"), mix={"voice": 2},
        ),
        "synth-80s": Substyle(
            touch=1.1,
            tempo=(106, 136), progressions=("axis-minor", "pop-lift", "descent", "outlaw"),
            chorus=("axis", "pop-four"), drums=("pop-beat", "rock-driving", "pop-funk"), feel=(1, 6),
            parts={
                "bass": ("octaves", "eighths", "pop-sync"), "keys": ("synth-sync", "arp-16"),
                "pad": ("held",), "rhythm": ("pop-guitar",), "lead": ("synth-hook",), "voice": ("pop-sung",),
                "choir": ("held",),
            },
            lineups=(
                "drums:gated-kit bass:synth-bass keys:synth-brass pad:synth-pad lead:synth-lead "
                "voice:male-voice/female-voice",
                "drums:gated-kit bass:electric-bass keys:fm-bell pad:saw-strings rhythm:clean-guitar "
                "lead:sax voice:male-voice",
            ),
            forms=("verse8 chorus8", "intro4 verse8", "chorus8 verse8"),
            productions=("pop-1985", "pop-1985", "digital-1990s"), mix={"voice": 1},
        ),
        "guitar-pop": Substyle(
            touch=1.1,
            tempo=(96, 140), progressions=("doo-wop", "rock-1-4-5", "axis", "pop-add9"),
            chorus=("axis", "rock-anthem"), drums=("rock-8", "country-rock", "pop-beat"),
            parts={
                "bass": ("eighths", "pop-sync"), "rhythm": ("strum", "strum-16"),
                "keys": ("jangle", "pop-piano"), "lead": ("synth-hook",), "voice": ("pop-sung",),
                "choir": ("held", "horn-riff"),
            },
            lineups=(
                "drums:pop-kit bass:electric-bass rhythm:acoustic-guitar keys:clean-guitar "
                "voice:male-voice/female-voice choir:choir-voices",
                "drums:rock-kit bass:picked-bass rhythm:crunch-guitar keys:piano lead:clean-guitar "
                "voice:female-voice choir:choir-voices",
            ),
            forms=("verse8 chorus8", "intro4 chorus8"),
            productions=("digital-1990s", "pop-modern", "studio-1960s"), mix={"voice": 2}, weight=0.9,
        ),
        "rnb": Substyle(
            touch=1.1,
            tempo=(84, 106), swing=(0.5, 0.58), swing_grid=16,
            progressions=("loop-minor", "soul-vamp", "loop-jazz"), drums=("boom-bap-2", "pop-funk"),
            parts={
                "bass": ("hiphop-2", "funk"), "keys": ("loop-stab", "held-half", "loop-arp"),
                "pad": ("held",), "rhythm": ("travis",), "voice": ("diva", "pop-sung"),
                "choir": ("held", "horn-hits"), "lead": ("synth-hook",),
            },
            lineups=(
                "drums:pop-kit bass:synth-bass keys:rhodes pad:synth-pad voice:female-voice "
                "choir:choir-voices",
                "drums:808-kit bass:synth-bass keys:harp/fm-bell rhythm:nylon-guitar voice:female-voice "
                "choir:choir-voices",
            ),
            forms=("verse8 chorus8", "chorus8 verse8"), productions=("pop-modern", "hiphop-modern"),
            mix={"voice": 2}, weight=0.8,
        ),
    },
    "reggae": {
        "roots": Substyle(
            touch=1.2,
            tempo=(66, 84), progressions=("one-drop", "roots", "roots-major", "two-chord-major"),
            swing=(0.5, 0.58), swing_grid=8, drums=("one-drop", "one-drop-swing", "rockers", "steppers"),
            weight=1.6, lag=(0, 16),
            parts={
                "bass": ("reggae-1", "reggae-2", "reggae-3", "reggae-4"), "rhythm": ("skank", "skank-double"),
                "keys": ("bubble", "bubble-16"), "pad": ("skank",), "brass": ("horn-riff",),
                "voice": ("reggae-sung",), "choir": ("held", "horn-hits"),
                "lead": ("melodica", "reggae-horns"),
            },
            lineups=(
                "drums:reggae-kit bass:dub-bass rhythm:skank-guitar keys:hammond voice:male-voice "
                "choir:choir-voices lead:lead-guitar",
                "drums:reggae-kit bass:dub-bass rhythm:skank-guitar keys:hammond pad:upright-piano "
                "lead:brass-section voice:male-voice",
                "drums:reggae-kit bass:dub-bass rhythm:skank-guitar keys:clav lead:melodica "
                "voice:male-voice choir:choir-voices",
            ),
            forms=("verse8 chorus8", "chorus8 verse8", "intro4 verse8"),
            productions=("kingston-1975", "kingston-1975", "studio-1970s", "island-1977"),
            mix={"bass": 2, "drums": 3},
        ),
        "dub": Substyle(
            touch=1.2,
            tempo=(64, 80), progressions=("one-drop", "roots", "loop-one"), drums=("one-drop", "steppers"),
            lag=(0, 16), weight=0.8,
            parts={
                "bass": ("reggae-1", "reggae-2", "reggae-3"), "rhythm": ("skank",), "keys": ("bubble",),
                "lead": ("melodica",), "voice": ("toast",),
            },
            lineups=(
                "drums:reggae-kit bass:dub-bass rhythm:skank-guitar keys:hammond lead:melodica "
                "voice:rap-voice",
                "drums:reggae-kit bass:dub-bass rhythm:skank-guitar keys:hammond lead:brass-section",
            ),
            forms=("dub8 verse8", "intro4 dub8"), productions=("dub", "dub", "kingston-1975"),
            mix={"bass": 4, "drums": 3},
        ),
        "lovers": Substyle(
            touch=1.2,
            tempo=(70, 92), progressions=("lovers", "doo-wop", "soul-vamp", "roots-major"),
            drums=("one-drop", "rockers", "one-drop-swing"),
            parts={
                "bass": ("reggae-1", "reggae-4", "reggae-3"), "rhythm": ("skank",),
                "keys": ("bubble", "held"), "pad": ("held",), "voice": ("reggae-sung", "pop-sung"),
                "choir": ("held",), "lead": ("string-line", "reggae-horns"),
            },
            lineups=(
                "drums:reggae-kit bass:dub-bass rhythm:skank-guitar keys:hammond pad:strings "
                "voice:female-voice choir:choir-voices lead:sax",
                "drums:pop-kit bass:electric-bass rhythm:skank-guitar keys:rhodes voice:male-voice "
                "choir:choir-voices lead:trombone",
            ),
            forms=("verse8 chorus8", "chorus8 verse8"),
            productions=("island-1977", "pop-1985", "studio-1970s"), mix={"bass": 2, "drums": 3},
        ),
        "ska": Substyle(
            touch=1.2,
            tempo=(112, 140), progressions=("ska", "doo-wop", "roots-major", "country-turn"),
            drums=("ska-beat",), weight=0.8, swing=(0.5, 0.56),
            parts={
                "bass": ("roots-4", "walking-ska", "reggae-3"), "rhythm": ("skank-ska",),
                "keys": ("skank-ska",), "brass": ("horn-riff",), "voice": ("reggae-sung",),
                "lead": ("reggae-horns", "jazz-theme-straight"),
            },
            lineups=(
                "drums:vintage-kit bass:upright-bass rhythm:skank-guitar keys:upright-piano "
                "brass:brass-section lead:trombone/tenor-sax voice:male-voice",
            ),
            forms=("head8 verse8", "verse8 solo8"), productions=("studio-1960s", "kingston-1975"),
        ),
        "dancehall": Substyle(
            touch=1.2,
            tempo=(84, 104), progressions=("loop-one", "two-chord-major", "roots"),
            drums=("dancehall", "steppers"), feel=(1, 5), weight=0.8,
            parts={
                "bass": ("rhumba", "reggae-1"), "rhythm": ("skank",), "keys": ("skank-double", "synth-sync"),
                "voice": ("toast", "rap"), "choir": ("horn-hits",),
            },
            lineups=(
                "drums:808-kit bass:synth-bass rhythm:skank-guitar keys:synth-brass voice:rap-voice "
                "choir:choir-voices",
                "drums:pop-kit bass:dub-bass keys:hammond rhythm:skank-guitar voice:rap-voice",
            ),
            forms=("verse8 chorus8",), productions=("pop-1985", "hiphop-modern", "island-1977"),
            mix={"bass": 2, "voice": 2},
        ),
    },
    "rock": {
        "classic": Substyle(
            touch=1.6,
            tempo=(100, 140), progressions=("rock-mixo", "rock-1-4-5", "riff-rock"), scales=_MIXO,
            drums=("rock-8", "rock-crash", "rock-driving"), weight=1.3,
            parts={
                "bass": ("eighths", "rock-riff", "eighths-push"), "riff": ("hard-rock", "boogie-rock"),
                "rhythm": ("rock-strum", "power-eighths"), "keys": ("held", "pop-piano"),
                "lead": ("rock-solo",), "voice": ("rock-sung", "rock-shout"), "choir": ("held",),
            },
            lineups=(
                "drums:rock-kit bass:picked-bass riff:overdrive-guitar rhythm:crunch-guitar "
                "lead:lead-guitar voice:male-voice/shout-voice",
                "drums:rock-kit bass:electric-bass rhythm:crunch-guitar keys:hammond lead:lead-guitar "
                "voice:male-voice choir:choir-voices",
                "drums:rock-kit bass:picked-bass rhythm:overdrive-guitar keys:piano lead:slide-guitar "
                "voice:shout-voice",
            ),
            forms=("verse8 chorus8", "solo8 chorus8", "intro4 verse8 chorus8"),
            productions=("rock-1970", "rock-1970", "arena-1980s", "digital-1990s"),
            mix={"drums": 2, "bass": 4},
        ),
        "hard": Substyle(
            touch=1.6,
            tempo=(92, 146), progressions=("riff-rock", "andalusian-rock", "power-minor"), scales=_PENTA,
            drums=("rock-8", "rock-crash", "rock-tom"),
            parts={
                "bass": ("rock-riff", "eighths"), "riff": ("hard-rock", "stoner"), "lead": ("rock-solo",),
                "keys": ("held",), "voice": ("rock-shout",),
            },
            lineups=(
                "drums:rock-kit bass:picked-bass riff:overdrive-guitar lead:lead-guitar voice:shout-voice",
                "drums:rock-kit bass:picked-bass riff:overdrive-guitar keys:hammond lead:lead-guitar "
                "voice:tenor",
            ),
            forms=("verse8 chorus8", "intro4 verse8", "solo8 verse8"),
            productions=("rock-1970", "arena-1980s", "metal-1986"), mix={"drums": 2, "bass": 4},
        ),
        "alternative": Substyle(
            touch=1.6,
            tempo=(84, 150), progressions=("grunge", "axis-minor", "rock-anthem", "pop-four"),
            drums=("rock-8", "punk", "rock-crash"),
            parts={
                "bass": ("eighths", "roots-4"), "rhythm": ("power-eighths", "rock-strum", "power-hold"),
                "keys": ("jangle", "clean-arp"), "lead": ("rock-solo",), "voice": ("rock-sung",),
                "choir": ("held",),
            },
            lineups=(
                "drums:rock-kit bass:picked-bass rhythm:overdrive-guitar keys:clean-guitar "
                "voice:male-voice/female-voice",
                "drums:rock-kit bass:picked-bass rhythm:crunch-guitar lead:lead-guitar voice:shout-voice",
            ),
            forms=("verse8 chorus8", "bare4 chorus8 verse8", "chorus8 verse8"),
            productions=("grunge-1992", "digital-1990s", "rock-1970"), mix={"drums": 2, "bass": 4},
        ),
        "ballad": Substyle(
            touch=1.6,
            tempo=(64, 90), progressions=("axis", "ballad", "clean-intro", "andalusian-rock"),
            chorus=("axis", "rock-anthem"), drums=("rock-ballad", "rock-8"), weight=0.8, dynamics=(2, 6),
            parts={
                "bass": ("roots-half", "roots-4", "eighths"), "rhythm": ("ballad-arp", "strum"),
                "pad": ("power-hold", "held"), "keys": ("pop-piano", "held"), "lead": ("rock-solo",),
                "voice": ("rock-sung", "pop-ballad"), "strings": ("string-line",),
            },
            lineups=(
                "drums:rock-kit bass:electric-bass rhythm:acoustic-guitar keys:hammond lead:lead-guitar "
                "voice:male-voice",
                "drums:rock-kit bass:electric-bass rhythm:clean-guitar pad:overdrive-guitar keys:piano "
                "lead:lead-guitar voice:male-voice",
                "drums:rock-kit bass:electric-bass rhythm:acoustic-guitar strings:strings voice:female-voice",
            ),
            forms=("quiet8 chorus8", "verse8 solo8"),
            productions=("arena-1980s", "rock-1970", "digital-1990s"), mix={"drums": 2, "bass": 4},
        ),
        "folk-rock": Substyle(
            touch=1.6,
            tempo=(96, 136), progressions=("rock-mixo", "rock-1-4-5", "country-turn", "doo-wop"),
            drums=("country-rock", "rock-8"), weight=0.8,
            parts={
                "bass": ("roots-4", "eighths", "boom-walk"), "rhythm": ("strum", "strum-16"),
                "keys": ("jangle", "held"), "lead": ("blues-harp-straight", "twang"),
                "voice": ("rock-sung", "country-sung"), "choir": ("held",),
            },
            lineups=(
                "drums:vintage-kit bass:electric-bass rhythm:acoustic-guitar keys:twang-guitar "
                "lead:harmonica voice:male-voice choir:choir-voices",
                "drums:rock-kit bass:electric-bass rhythm:crunch-guitar keys:hammond lead:twang-guitar "
                "voice:male-voice",
            ),
            forms=("verse8 chorus8", "intro4 verse8", "verse8 solo8"),
            productions=("studio-1960s", "rock-1970", "studio-1970s"), mix={"drums": 2, "bass": 4},
        ),
    },
}
# fmt: on
GENRES = tuple(sorted(STYLES))
