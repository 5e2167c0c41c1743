"""Factors in, notes out: every role of the line-up writes its part, bar by bar, in beats.

A bar's random choices come from a stream named after its role and number. So the notes do not depend on the
tempo, on the other roles, or on how long the clip is.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .factors import METRES, lineup, sections
from .patterns import BASS, COMP, DRUMS, MELODIES, RIFFS, SECTIONS
from .streams import pick, stream
from .styles import STYLES
from .theory import PROGRESSIONS, chart, key_of, nearest, place, scale_pitches, voice_lead
from .voices import INSTRUMENTS

__all__ = ["TABLES", "score"]

TABLES = {
    "drums": DRUMS,
    "bass": BASS,
    "riff": RIFFS,
    "rhythm": COMP,
    "keys": COMP,
    "pad": COMP,
    "brass": COMP,
    "choir": COMP,
    "strings": MELODIES,
    "lead": MELODIES,
    "counter": MELODIES,
    "low": MELODIES,
    "voice": MELODIES,
    "scratch": MELODIES,
}
USUAL = {
    "drums": "none",
    "bass": "roots-4",
    "riff": "hard-rock",
    "rhythm": "held-half",
    "keys": "held-half",
    "pad": "held",
    "brass": "held-half",
    "choir": "held",
    "strings": "string-line",
    "lead": "synth-hook",
    "counter": "string-line",
    "low": "classical-slow",
    "voice": "pop-sung",
    "scratch": "scratch",
}
STROKE = {"x": 0.72, "X": 1.0, "g": 0.32}
CRASHES = ("rock-kit", "metal-kit", "pop-kit", "gated-kit", "disco-kit")
FILLS = (*CRASHES, "vintage-kit", "jazz-kit", "reggae-kit", "country-kit")


class Event(NamedTuple):
    """A note, chord or stroke: start and length in beats, MIDI pitches (or a drum's name), velocity 0–1,
    articulation."""

    beat: float
    beats: float
    pitches: object
    velocity: float
    art: str = ""
    strum: float = 0.0


class Bar(NamedTuple):
    """One bar: its number, section, place in the section, bars of the section, and chords as (beat, (root,
    intervals))."""

    number: int
    section: str
    place: int
    of: int
    chords: tuple


@dataclass(frozen=True)
class Part:
    """What a role has to know to write its notes."""

    factors: object
    role: str
    instrument: str
    pattern: object
    tonic: int
    scale: str
    beats: int

    def rng(self, *keys):
        """Stream of this role's notes in this clip."""
        f = self.factors
        return stream(f.seed, f.genre, f.artist, f.index, "notes", self.role, *keys)

    def habit(self, *keys):
        """Stream of this role's habits, the same in all clips of the artist."""
        f = self.factors
        return stream(f.seed, f.genre, f.artist, "habit", self.role, *keys)


def score(factors):
    """All notes of a clip: {role: [Event, ...]}, for a little longer than `factors.seconds`."""
    beats = METRES[factors.metre]
    bars = layout(
        factors, int(np.ceil(factors.seconds * factors.tempo / 60 / beats * (1 + factors.rubato))) + 1
    )
    players = lineup(factors.instruments)
    if factors.drums == "none":
        players.pop("drums", None)
    else:
        players.setdefault("drums", "rock-kit")
    return {role: write(part_of(factors, role, name), bars) for role, name in players.items()}


def layout(factors, n):
    """The first n bars of a clip, its form repeated: a list of Bar."""
    mode = key_of(factors.key)[1]
    beats, bars = METRES[factors.metre], []
    while len(bars) < n:
        for section, of in sections(factors.form):
            name = factors.chorus if section in ("chorus", "tutti") else factors.progression
            shift = {("minor", "major"): 3, ("major", "minor"): -3}.get((mode, PROGRESSIONS[name][0]), 0)
            chords = chart(name)
            for i in range(of):
                here = chords[i % len(chords)]
                at = tuple(
                    (beats * j / len(here), ((root + shift) % 12, intervals))
                    for j, (root, intervals) in enumerate(here)
                )
                bars.append(Bar(len(bars), section, i, of, at))
    return bars[:n]


def part_of(factors, role, instrument):
    """The part of a role: the artist keeps to two patterns of the style's pool, and mostly to the first."""
    style = STYLES[factors.genre][factors.substyle]
    tonic, mode = key_of(factors.key)
    if role == "drums":
        pattern = DRUMS[factors.drums]
    else:
        pool = style.parts.get(role, (USUAL[role],))
        order = stream(factors.seed, factors.genre, factors.artist, "pattern", role).permutation(len(pool))
        stay = (
            stream(factors.seed, factors.genre, factors.artist, factors.index, "pattern", role).random() < 0.7
        )
        pattern = TABLES[role][pool[order[0] if stay or len(pool) == 1 else order[1]]]
    return Part(
        factors, role, instrument, pattern, tonic, style.scales.get(mode, mode), METRES[factors.metre]
    )


def write(part, bars):
    """Events of one part over all bars in which its section lets it play."""
    writer = {"drums": drum_bar, "bass": bass_bar, "riff": riff_bar}.get(
        part.role, melody_bar if TABLES[part.role] is MELODIES else comp_bar
    )
    events, state = [], ()
    for i, bar in enumerate(bars):
        roles, energy = SECTIONS[bar.section]
        following = bars[i + 1] if i + 1 < len(bars) else bars[0]
        new, state = writer(part, bar, following, state)
        if part.role in roles.split():
            gain = 10 ** (energy / 20)
            events += [
                e._replace(beat=e.beat + bar.number * part.beats, velocity=e.velocity * gain) for e in new
            ]
    return events


def slots(text, beats):
    """Letters of a bar with their beats and lengths up to the next letter or rest: [(letter, beat, beats),
    ...]."""
    step, found = beats / len(text), []
    for i, letter in enumerate(text):
        if letter in ".-":
            continue
        end = i + 1
        while end < len(text) and text[end] == "-":
            end += 1
        found.append((letter, i * step, (end - i) * step))
    return found


def until_next(text, beats):
    """Like `slots`, but a letter lasts until the next letter, across rests."""
    step = beats / len(text)
    at = [i for i, letter in enumerate(text) if letter not in ".-"]
    return [(text[i], i * step, (j - i) * step) for i, j in zip(at, [*at[1:], len(text)], strict=True)]


def chord_at(bar, beat):
    """The harmony (root, intervals) that sounds at a beat of the bar."""
    return [harmony for at, harmony in bar.chords if at <= beat + 1e-6][-1]


def drum_bar(part, bar, following, state):
    """The pattern with ghost-stroke whims, a crash where a section begins, a fill where it ends."""
    rng = part.rng(bar.number)
    events = []
    kit_fills = part.instrument in FILLS
    fill_from = part.beats - (
        pick(rng, (1, 1, 2)) if kit_fills and bar.place == bar.of - 1 and rng.random() < 0.75 else 0
    )
    for drum, text in part.pattern.items():
        for letter, beat, length in slots(text, part.beats):
            if rng.random() > (0.96 if letter != "g" else 0.75):
                continue
            if beat < fill_from or drum in ("kick", "kick808"):
                events.append(Event(beat, length, drum, min(STROKE[letter] * rng.normal(1, 0.07), 1.0)))
    steps = int((part.beats - fill_from) * 4)
    for i in range(steps):
        drum = "snare" if rng.random() < 0.5 else "tom"
        if rng.random() < 0.8:
            events.append(Event(fill_from + i / 4, 0.25, drum, 0.6 + 0.35 * i / steps))
    if bar.place == 0 and part.instrument in CRASHES:
        events.append(Event(0.0, 2.0, "crash", 0.9))
    return events, state


def bass_bar(part, bar, following, state):
    """Chord tones as the pattern says; walking notes go by step or chord tone towards the next root."""
    low, high = INSTRUMENTS[part.instrument].low, INSTRUMENTS[part.instrument].high
    rng, events, previous = part.rng(bar.number), [], state or (low + high) // 2
    found = until_next(part.pattern.bar, part.beats)
    for i, (letter, beat, length) in enumerate(found):
        root, intervals = chord_at(bar, beat)
        base = place((part.tonic + root) % 12, low)
        last = i == len(found) - 1
        goal = part.tonic + (following.chords[0][1][0] if last else chord_at(bar, found[i + 1][1])[0])
        if letter == "w":
            fresh = any(abs(at - beat) < 1e-6 for at, _ in bar.chords)
            pitch = _walk(rng, base, intervals, goal, previous, fresh, last, (low, high))
        elif letter == "a":
            pitch = nearest([place(goal % 12, low), place(goal % 12, low) + 12], previous) + pick(
                rng, (-1, 1)
            )
        else:
            steps = {
                "R": 0,
                "3": intervals[1],
                "5": 7,
                "6": 9,
                "7": intervals[3] if len(intervals) > 3 else 10,
                "8": 12,
                "d": 0,
            }
            pitch = base + steps[letter]
        pitch = int(min(max(pitch, low), high + 12))
        art = "mute" if letter == "d" else ""
        events.append(
            Event(
                beat,
                length * part.pattern.length,
                (pitch,),
                min(0.75 * rng.normal(1, 0.08) + 0.1 * (beat == 0), 1),
                art,
            )
        )
        previous = pitch
    return events, previous


def _walk(rng, base, intervals, goal, previous, fresh, last, span):
    low, high = span
    if fresh:
        return nearest([base, base + 12], previous)
    if last:
        return nearest([place(goal % 12, low), place(goal % 12, low) + 12], previous) + pick(
            rng, (-1, 1, -1, 2)
        )
    tones = [base + i + o for i in (*intervals, 2, 9) for o in (-12, 0, 12) if low <= base + i + o <= high]
    near = [p for p in tones if 0 < abs(p - previous) <= 5] or tones
    return pick(rng, near)


def comp_bar(part, bar, following, state):
    """Chords with smooth voice-leading; digits take them apart, b and B give root and fifth below."""
    instrument, pattern = INSTRUMENTS[part.instrument], part.pattern
    rng, events, voicing = part.rng(bar.number), [], state
    ringing = any(letter in pattern.bar for letter in "o0b")
    found = (until_next if ringing else slots)(pattern.bar, part.beats)
    current, beats_a_second = None, part.factors.tempo / 60
    floor = instrument.low + 5
    ceiling = max(instrument.high, floor + 12)  # an octave at least, so that every chord tone has a place
    for letter, beat, length in found:
        harmony = chord_at(bar, beat)
        if harmony != current:
            root, intervals = harmony
            current = harmony
            voicing = voice_lead(part.tonic, (root, intervals[: pattern.voices]), voicing, floor, ceiling)
        low_root = place((part.tonic + harmony[0]) % 12, instrument.low)
        velocity = float(np.clip(rng.normal(0.66, 0.06) + 0.14 * (letter == "X"), 0.2, 1))
        stab = min(pattern.stab * beats_a_second, max(length, 0.12))
        if letter in "xX":
            events.append(Event(beat, stab, voicing, velocity, "", pattern.strum))
        elif letter == "o":
            events.append(Event(beat, length * 0.97, voicing, velocity, "", pattern.strum))
        elif letter == "m":
            events.append(
                Event(beat, 0.06 * beats_a_second, voicing[-2:], velocity * 0.6, "mute", pattern.strum)
            )
        elif letter in "bB":
            pitch = (
                low_root if letter == "b" else low_root + (7 if low_root + 7 < instrument.low + 14 else -5)
            )
            events.append(Event(beat, max(length, 0.8), (max(pitch, instrument.low),), velocity))
        else:
            step = int(letter)
            pitch = voicing[step % len(voicing)] + 12 * (step // len(voicing))
            events.append(Event(beat, max(length, 0.9), (pitch,), velocity * 0.9))
    return events, voicing


def riff_bar(part, bar, following, state):
    """The artist's riff: its rhythm is declared, its pitches are the artist's, others in each section."""
    pattern, instrument = part.pattern, INSTRUMENTS[part.instrument]
    rng = part.habit(bar.section, part.factors.progression)
    pitches = scale_pitches(part.tonic, pattern.scale, instrument.low, instrument.low + 22)
    pedal = place(part.tonic % 12, instrument.low)
    moves = [pick(rng, (0, 0, 1, 2, 3, -1, 4)) for _ in range(24)]
    start, events = pitches.index(pedal), []
    text = pattern.bars[bar.place % len(pattern.bars)]
    for i, (letter, beat, length) in enumerate((until_next if "o" in text else slots)(text, part.beats)):
        root = chord_at(bar, beat)[0] if pattern.follow else 0
        moved = pitches[min(max(start + moves[i % 24], 0), len(pitches) - 1)] + root
        velocity = 0.75 + 0.2 * (letter in "Xo")
        if letter in "Xo":
            harmony = root if pattern.follow else bar.chords[0][1][0]
            bottom = place((part.tonic + harmony) % 12, instrument.low) if moves[i] < 1 else moved
            beats = length if letter == "o" else max(length, part.beats / 8)
            events.append(Event(beat, beats * 0.97, (bottom, bottom + 7, bottom + 12), velocity))
        elif letter == "m":
            chug = pattern.mute * part.factors.tempo / 60
            events.append(Event(beat, chug, (pedal + root, pedal + root + 7), velocity, "mute"))
        else:
            events.append(Event(beat, length * 0.95, (moved,), velocity))
    return events, state


def melody_bar(part, bar, following, state):
    """One bar of a line: a motif or a new idea, moving by step, landing on chord tones on the beat."""
    pattern, instrument = part.pattern, INSTRUMENTS[part.instrument]
    rng = part.rng(bar.number)
    idea = _idea(part, bar, rng)
    if idea is None:
        return [], state
    rhythm, contour = idea
    top = max(instrument.high, instrument.low + 12)  # an octave at least, so that every scale has a note
    pitches = scale_pitches(part.tonic, pattern.scale or part.scale, instrument.low, top)
    lift = (0, 1, 2, -1)[bar.place % 4] + 2 * (bar.section in ("chorus", "tutti"))
    position, events = min(len(pitches) // 2 + lift, len(pitches) - 1), []
    found = slots(rhythm, part.beats)
    for i, (_, beat, length) in enumerate(found):
        last = i == len(found) - 1
        if pattern.speech:
            pitch = round(instrument.low + 4 + float(rng.normal(0, 1.3)) - 2 * last)
        else:
            leap = pick(rng, (3, 4, -3, -4, 5)) if rng.random() < pattern.leap else 0
            position = int(min(max(position + (leap or contour[i % 24]), 0), len(pitches) - 1))
            pitch = _on_chord(part, bar, beat, pitches[position], pattern.chord, rng, last)
        velocity = float(np.clip(rng.normal(0.68, 0.08) + 0.1 * (beat % 1 == 0), 0.25, 1))
        art = _articulation(pattern.art, rng)
        events.append(Event(beat, length * pattern.length, (max(pitch, instrument.low),), velocity, art))
    return events, state


def _idea(part, bar, rng):
    """Rhythm and contour (scale steps) of a bar: the section's motif (AABA) or a new one; None = rest."""
    pattern, theme = part.pattern, part.rng("motif", bar.section)
    steps = (-2, -1, -1, 1, 1, 2, 0)
    rhythms = [pick(theme, pattern.bars) for _ in range(2)]
    contours = theme.choice(steps, size=(2, 24))
    which = (0, 0, 1, 0)[bar.place % 4]
    repeat = rng.random() < pattern.repeat
    silent = rng.random() < pattern.rest * (2 if bar.place % 4 == 3 else 0.6)
    rhythm = rhythms[which] if repeat else pick(rng, pattern.bars)
    contour = contours[which] if repeat else rng.choice(steps, size=24)
    return None if silent else (rhythm, contour)


def _on_chord(part, bar, beat, pitch, chance, rng, last):
    if not (last or abs(beat - round(beat)) < 1e-6) or rng.random() > chance:
        return pitch
    root, intervals = chord_at(bar, beat)
    tones = {(part.tonic + root + i) % 12 for i in intervals}
    return nearest([p for p in range(pitch - 3, pitch + 4) if p % 12 in tones] or [pitch], pitch)


def _articulation(chances, rng):
    draw = rng.random()
    for art, chance in chances.items():
        if draw < chance:
            return art
        draw -= chance
    return ""
