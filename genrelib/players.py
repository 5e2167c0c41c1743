"""Sound that a page plays by itself: short, compressed, embedded, with a line of text (chapter 1)."""

import base64
import io
import json
import zlib
from html import escape

import numpy as np
import soundfile
from IPython.display import HTML

from genrelib import plots
from genrelib.audio import SR


def data_uri(y, *, sr=SR, level=0.6):
    """Return (samples,) as an MP3 in a `data:` address for any browser; more `level`, fewer bytes."""
    sound = io.BytesIO()
    soundfile.write(sound, y, sr, format="MP3", bitrate_mode="VARIABLE", compression_level=level)
    return "data:audio/mpeg;base64," + base64.b64encode(sound.getvalue()).decode()


def player(y, text, *, sr=SR, level=True):
    """Return a player of (samples,) with the line `text` under it.

    `level` brings the peak to -3 dB so that sounds on one page are about equally loud; the ends are faded
    over 10 ms.
    Raises ValueError when there is nothing to hear.
    """
    y = np.array(y, dtype=np.float32)
    peak = np.abs(y).max(initial=0)
    if not (np.isfinite(peak) and peak > 0):
        raise ValueError(f"nothing to hear in {text!r}: the sound is silent, empty or not finite")
    fade = min(len(y) // 2, sr // 100)
    y[:fade] *= np.linspace(0, 1, fade)
    y[len(y) - fade :] *= np.linspace(1, 0, fade)
    y *= 0.708 / peak if level or peak > 1 else 1
    return HTML(
        '<figure class="player" style="margin:0;max-width:30rem">'
        f'<audio controls preload="metadata" style="width:100%" aria-label="{escape(text, quote=True)}"'
        f' src="{data_uri(y, sr=sr)}"></audio><figcaption>{escape(text)}</figcaption></figure>'
    )


def players(sounds, *, sr=SR):
    """Return a grid of players: `sounds` maps the line to be read to (samples,)."""
    inside = "".join(player(y, text, sr=sr).data for text, y in sounds.items())
    grid = "display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,15rem),1fr));gap:1rem"
    return HTML(f'<div class="players" style="{grid}">{inside}</div>')


# outlines of matplotlib's markers, about one unit in radius
OUTLINES = {
    "o": "M1 0A1 1 0 1 1-1 0A1 1 0 1 1 1 0Z",
    "s": "M-.9-.9H.9V.9H-.9Z",
    "^": "M0-1.1 1 .9H-1Z",
    "v": "M0 1.1 1-.9H-1Z",
    "<": "M-1.1 0 .9-1V1Z",
    ">": "M1.1 0-.9-1V1Z",
    "D": "M0-1.2 1.2 0 0 1.2-1.2 0Z",
    "P": "M-.4-1.1H.4V-.4H1.1V.4H.4V1.1H-.4V.4H-1.1V-.4H-.4Z",
    "X": "M-1-.5-.5-1 0-.5.5-1 1-.5.5 0 1 .5.5 1 0 .5-.5 1-1 .5-.5 0Z",
    "*": "M0-1.3.35-.4 1.3-.4.55.2.8 1.1 0 .6-.8 1.1-.55.2-1.3-.4-.35-.4Z",
}

MAP_STYLE = """
#ID .panels{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,19rem),1fr));gap:.75rem}
#ID svg{width:100%;height:auto;display:block;border:1px solid;border-radius:4px;touch-action:manipulation}
#ID svg:focus-visible{outline:3px solid;outline-offset:2px}
#ID path{stroke:none;opacity:.85} #ID path.far{opacity:.1}
#ID path.on{opacity:1;stroke:currentColor;stroke-width:1.2;paint-order:stroke}
#ID .said{min-height:3em;margin:.5rem 0} #ID .genres{display:flex;flex-wrap:wrap;gap:.4rem;margin:.5rem 0}
#ID button{font:inherit;color:inherit;background:none;border:1px solid;border-radius:1em;padding:.1em .7em;
cursor:pointer} #ID button[aria-pressed=true]{font-weight:bold;box-shadow:inset 0 0 0 1px}
#ID button svg{width:.8em;height:.8em;display:inline-block;border:0;vertical-align:-.05em}
"""

MAP_SCRIPT = """
(() => {
  const root = document.getElementById("ID"), {says, sounds} = DATA
  const said = root.querySelector(".said"), hover = root.querySelector("input"), audio = new Audio()
  const maps = [...root.querySelectorAll(".panels svg")]
  const spots = maps.map(map => [...map.querySelectorAll("path")].map(path => {
    const {e, f} = path.transform.baseVal.consolidate().matrix
    return {path, x: e, y: f}
  }))
  let now = -1
  const sound = () => {
    audio.pause()
    if (!sounds[now]) return
    audio.src = "data:audio/mpeg;base64," + sounds[now]
    audio.play().catch(({name}) => {
      if (name === "NotAllowedError") said.textContent = says[now] + ": click the map once to let it sound"
    })
  }
  const choose = (i, aloud) => {
    if (now >= 0) spots.forEach(map => map[now].path.classList.remove("on"))
    now = i
    spots.forEach(({[i]: {path}}) => { path.classList.add("on"); path.parentNode.append(path) })
    said.textContent = says[i] + (sounds[i] ? "" : " (no sound kept here)")
    if (aloud) sound()
  }
  const nearest = (m, x, y, reach, ahead = () => true) => {
    let best = -1, least = reach * reach
    spots[m].forEach((spot, i) => {
      const dx = spot.x - x, dy = spot.y - y, d = dx * dx + dy * dy
      if (d < least && ahead(dx, dy)) { least = d; best = i }
    })
    return best
  }
  const under = (m, event, reach) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(maps[m].getScreenCTM().inverse())
    return nearest(m, at.x, at.y, reach)
  }
  const ways = {
    ArrowLeft: (dx, dy) => dx < -.01 && Math.abs(dy) <= -dx,
    ArrowRight: (dx, dy) => dx > .01 && Math.abs(dy) <= dx,
    ArrowUp: (dx, dy) => dy < -.01 && Math.abs(dx) <= -dy,
    ArrowDown: (dx, dy) => dy > .01 && Math.abs(dx) <= dy
  }
  maps.forEach((map, m) => {
    map.addEventListener("pointermove", event => {
      const i = event.pointerType === "mouse" ? under(m, event, 3) : -1
      if (i >= 0 && i !== now) choose(i, hover.checked)
    })
    map.addEventListener("pointerdown", event => {
      const i = under(m, event, 8)
      if (i >= 0) choose(i, true)
    })
    map.addEventListener("focus", () => { if (now < 0) choose(nearest(m, 50, 50, 200), false) })
    map.addEventListener("keydown", event => {
      if (ways[event.key]) {
        const from = spots[m][now], i = nearest(m, from.x, from.y, 200, ways[event.key])
        if (i >= 0) choose(i, true)
      } else if (event.key === "Enter" || event.key === " ") sound()
      else if (event.key === "Escape") audio.pause()
      else return
      event.preventDefault()
      event.stopPropagation()
    })
  })
  const buttons = [...root.querySelectorAll("button")]
  buttons.forEach(button => button.addEventListener("click", () => {
    const only = button.getAttribute("aria-pressed") === "true" ? null : button.dataset.genre
    buttons.forEach(other => other.setAttribute("aria-pressed", other.dataset.genre === only))
    spots.flat().forEach(({path}) => path.classList.toggle("far", only !== null && path.dataset.genre !==
    only))
  }))
})()
"""


def heard_map(maps, genres, says, sounds, *, sr=SR):
    """Return maps side by side in which a clip that is pointed at, touched or reached by arrow keys is heard.

    `maps` gives each map's title its points (clips, 2); `genres` and `says` are (clips,) str, the second what
    is told about a clip; `sounds` maps positions to (samples,), for the clips that are to sound (3 s at
    11 025 Hz are about 9 kB). The widget carries its sound, style and script itself and needs no server.
    Raises ValueError when the sizes differ.
    """
    if {len(points) for points in maps.values()} | {len(genres)} != {len(says)}:
        raise ValueError(f"maps, genres and says differ in size: {len(genres)} genres for {len(says)} clips")
    kept = {number: excerpt(y, sr=sr) for number, y in sounds.items()}
    panels = "".join(map_panel(title, np.asarray(points), genres) for title, points in maps.items())
    buttons = "".join(genre_button(genre) for genre in sorted(set(genres)))
    hint = "Point at a clip, touch it, or walk from clip to clip with the arrow keys."
    inside = (
        f'<div class="panels">{panels}</div><p class="said" role="status">{hint}</p>'
        f'<div class="genres" role="group" aria-label="Show one genre">{buttons}</div>'
        '<label><input type="checkbox" checked> sound while pointing</label>'
    )
    return widget("heard-map", inside, {"says": list(says), "sounds": kept}, MAP_STYLE, MAP_SCRIPT)


def excerpt(y, *, sr=SR):
    """Return (samples,) as base64 of a small MP3, for a widget that plays many."""
    return data_uri(y, sr=sr, level=0.85).partition(",")[2]


def widget(kind, inside, data, style, script):
    """Return a part of a page that carries its style, its script and its data itself and needs no server.

    In style and script, ID stands for the name of the part and DATA for `data`, as JSON.
    """
    data = json.dumps(data).replace("</", "<\\/")
    name = f"{kind}-{zlib.crc32((inside + data).encode()):x}"
    style, script = (text.replace("ID", name).strip() for text in (style, script))
    return HTML(
        f'<div class="{kind}" id="{name}"><style>{style}</style>{inside}'
        f"<script>{script.replace('DATA', data)}</script></div>"
    )


def map_panel(title, points, genres):
    """Return one map as an SVG of 100 by 100 units, the points in their order."""
    low, span = points.min(axis=0), np.maximum(np.ptp(points, axis=0), 1e-9)
    places = np.round(4 + 92 * (points - low) / span, 2)
    paths = "".join(
        outline(genre, f"{x:g} {100 - y:g}") for genre, (x, y) in zip(genres, places, strict=True)
    )
    about = f"{title}: a map of {len(points)} clips. Arrow keys go from clip to clip, Enter plays."
    return (
        f'<figure style="margin:0"><figcaption>{escape(title)}</figcaption>'
        '<svg viewBox="0 0 100 100" tabindex="0" role="application"'
        f' aria-label="{escape(about, quote=True)}">{paths}</svg></figure>'
    )


def genre_button(genre):
    """Return a button that shows its genre alone, with the genre's marker."""
    mark = f'<svg viewBox="-1.4 -1.4 2.8 2.8" aria-hidden="true">{outline(genre)}</svg>'
    name = escape(genre, quote=True)
    return f'<button type="button" aria-pressed="false" data-genre="{name}">{mark} {name}</button>'


def outline(genre, place=""):
    """Return a genre's marker as an SVG path in its colour, at `place` ("x y") as a point of a map."""
    fill, marker = plots.colour(genre), plots.marker(genre)
    where = f' data-genre="{escape(genre, quote=True)}" transform="translate({place})"' if place else ""
    return f'<path fill="{fill}" d="{OUTLINES[marker]}"{where}/>'


CONFUSION_STYLE = """
#ID .scroll{overflow-x:auto} #ID caption{text-align:start} #ID td{padding:1px;border:0;text-align:center}
#ID table{border-collapse:collapse;table-layout:fixed;width:100%;max-width:36rem;font-size:.85em}
#ID th{font-weight:normal;text-align:end;padding:.1em .3em;border:0;overflow-wrap:normal}
#ID th:first-child{width:5.5em} #ID thead th{height:5.5em;padding:.3em 0;text-align:center}
#ID thead th{vertical-align:bottom} #ID thead span{writing-mode:vertical-rl;display:inline-block;
transform:rotate(180deg)}
#ID td>*{display:block;box-sizing:border-box;width:100%;min-width:24px;height:2.3em;line-height:2.1em;
margin:0;padding:0;border:1px solid transparent;border-radius:3px;color:inherit;font:inherit;
background:rgba(66,138,255,calc(.6*var(--share)))}
#ID td>button{cursor:pointer;border-color:#8a8b8c} #ID button[aria-pressed=true]{box-shadow:0 0 0 2px}
#ID button:focus-visible{outline:3px solid;outline-offset:2px} #ID .said{min-height:1.5em;margin:.5rem 0}
#ID .clips{display:flex;flex-wrap:wrap;gap:.5rem;min-height:5em;align-content:flex-start}
#ID .clips button{font:inherit;color:inherit;background:none;border:1px solid;border-radius:1em;
padding:.2em .8em;cursor:pointer;text-align:start}
"""

CONFUSION_SCRIPT = """
(() => {
  const root = document.getElementById("ID"), heard = DATA, audio = new Audio()
  const said = root.querySelector(".said"), clips = root.querySelector(".clips")
  const genres = root.querySelectorAll("tbody tr").length
  const cells = [...root.querySelectorAll("td")].map(cell => cell.querySelector("button"))
  const buttons = cells.filter(Boolean)
  let turn = -1
  const sound = button => {
    clips.querySelectorAll("button").forEach(other => other.setAttribute("aria-pressed", other === button))
    audio.src = "data:audio/mpeg;base64," + button.sound
    audio.play()
  }
  const choose = button => {
    if (button.getAttribute("aria-pressed") === "true") turn = (turn + 1) % clips.children.length
    else {
      turn = 0
      buttons.forEach(other => other.setAttribute("aria-pressed", other === button))
      said.textContent = button.getAttribute("aria-label")
      clips.replaceChildren(...heard[button.dataset.cell].map(([text, code]) => {
        const play = document.createElement("button")
        Object.assign(play, {type: "button", textContent: "▶ " + text, sound: code})
        play.addEventListener("click", () => sound(play))
        return play
      }))
    }
    sound(clips.children[turn])
  }
  const reach = button => {
    buttons.forEach(other => { other.tabIndex = other === button ? 0 : -1 })
    button.focus()
  }
  const steps = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -genres, ArrowDown: genres}
  cells.forEach((cell, at) => cell && cell.addEventListener("keydown", event => {
    if (!steps[event.key]) return
    let next = at + steps[event.key]
    while (next in cells && !cells[next]) next += steps[event.key]
    if (cells[next]) reach(cells[next])
    event.preventDefault()
    event.stopPropagation()
  }))
  buttons.forEach(button => button.addEventListener("click", () => { reach(button); choose(button) }))
  root.addEventListener("keydown", event => { if (event.key === "Escape") audio.pause() })
})()
"""


def heard_confusion(title, confused, genres, clips, *, sr=SR):
    """Return a confusion matrix that can be heard: a cell that is clicked or touched plays its clips.

    `confused` (genres, genres) holds shares, the truth in rows; `clips` maps (true, said), positions in
    `genres`, to a list of (what is told about the clip, (samples,)): 3 s at 11 025 Hz are about 9 kB each.
    Arrow keys go from cell to cell; the same cell again plays its next clip.
    Raises ValueError when matrix and genres differ in size.
    """
    confused = np.asarray(confused)
    if confused.shape != (len(genres), len(genres)):
        raise ValueError(f"a confusion of shape {confused.shape} does not fit {len(genres)} genres")
    data = {
        f"{true}-{said}": [(text, excerpt(y, sr=sr)) for text, y in heard]
        for (true, said), heard in clips.items()
    }
    head = "".join(f'<th scope="col"><span>{escape(genre)}</span></th>' for genre in genres)
    body = "".join(
        f'<tr><th scope="row">{escape(genre)}</th>'
        + "".join(
            confusion_cell(f"{true}-{said}", genre, other, confused[true, said], data)
            for said, other in enumerate(genres)
        )
        + "</tr>"
        for true, genre in enumerate(genres)
    )
    inside = (
        f'<div class="scroll"><table><caption>{escape(title)}</caption>'
        f'<thead><tr><th scope="col">true ↓ said →</th>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        '<p class="said" role="status">Click or touch a framed cell, or go there with the arrow keys and '
        'press Enter.</p><div class="clips"></div>'
    )
    inside = inside.replace('tabindex="-1"', 'tabindex="0"', 1)
    return widget("heard-confusion", inside, data, CONFUSION_STYLE, CONFUSION_SCRIPT)


def confusion_cell(cell, genre, other, share, data):
    """Return one cell of a confusion matrix: a button where there is something to hear."""
    percent, style = f"{100 * share:.0f}" if share >= 0.005 else "", f'style="--share:{share:.2f}"'
    if cell not in data:
        return f"<td><span {style}>{percent}</span></td>"
    what = f"{genre}, recognised" if genre == other else f"{genre}, taken for {other}"
    label = escape(f"{what}: {100 * share:.0f} %", quote=True)
    return (
        f'<td><button type="button" tabindex="-1" aria-pressed="false" aria-label="{label}"'
        f' data-cell="{cell}" {style}>{percent}</button></td>'
    )
