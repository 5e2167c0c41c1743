// Maps of clips. A clip that is pointed at, tapped, or reached by an arrow key is lit in all maps and plays.
// root: the widget; says: text per clip; sounds: base64 of an MP3 by the clip's position, for some clips.
const start = (root, {says, sounds}) => {
  const said = root.querySelector(".said")
  const pointing = root.querySelector("input")
  const maps = [...root.querySelectorAll(".panels svg")]
  const buttons = [...root.querySelectorAll("button")]
  const audio = new Audio()
  const spots = maps.map(map => [...map.querySelectorAll("path")].map(path => {
    const {e, f} = path.transform.baseVal.consolidate().matrix
    return {path, x: e, y: f}
  }))
  let chosen = -1

  const play = () => {
    audio.pause()
    if (!sounds[chosen]) return
    audio.src = "data:audio/mpeg;base64," + sounds[chosen]
    audio.play().catch(({name}) => {
      if (name === "NotAllowedError") said.textContent = says[chosen] + ": click the map once to turn the sound on"
    })
  }

  const choose = (clip, aloud) => {
    if (chosen >= 0) spots.forEach(map => map[chosen].path.classList.remove("on"))
    chosen = clip
    spots.forEach(({[clip]: {path}}) => {
      path.classList.add("on")
      path.parentNode.append(path)  // in front of its neighbours
    })
    said.textContent = says[clip] + (sounds[clip] ? "" : " (this clip has no sound here)")
    if (aloud) play()
  }

  // the clip of map m that is nearest to (x, y), within reach, and in the direction that is asked for
  const nearest = (m, x, y, reach, ahead = () => true) => {
    let best = -1
    let least = reach * reach
    spots[m].forEach((spot, clip) => {
      const dx = spot.x - x
      const dy = spot.y - y
      const distance = dx * dx + dy * dy
      if (distance < least && ahead(dx, dy)) {
        least = distance
        best = clip
      }
    })
    return best
  }

  const under = (m, event, reach) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(maps[m].getScreenCTM().inverse())
    return nearest(m, at.x, at.y, reach)
  }

  const directions = {
    ArrowLeft: (dx, dy) => dx < -0.01 && Math.abs(dy) <= -dx,
    ArrowRight: (dx, dy) => dx > 0.01 && Math.abs(dy) <= dx,
    ArrowUp: (dx, dy) => dy < -0.01 && Math.abs(dx) <= -dy,
    ArrowDown: (dx, dy) => dy > 0.01 && Math.abs(dx) <= dy,
  }

  maps.forEach((map, m) => {
    map.addEventListener("pointermove", event => {
      const clip = event.pointerType === "mouse" ? under(m, event, 3) : -1
      if (clip >= 0 && clip !== chosen) choose(clip, pointing.checked)
    })
    map.addEventListener("pointerdown", event => {
      const clip = under(m, event, 8)
      if (clip >= 0) choose(clip, true)
    })
    map.addEventListener("focus", () => {
      if (chosen < 0) choose(nearest(m, 50, 50, 200), false)
    })
    map.addEventListener("keydown", event => {
      if (directions[event.key]) {
        const from = spots[m][chosen]
        const clip = nearest(m, from.x, from.y, 200, directions[event.key])
        if (clip >= 0) choose(clip, true)
      } else if (event.key === "Enter" || event.key === " ") play()
      else if (event.key === "Escape") audio.pause()
      else return
      event.preventDefault()
      event.stopPropagation()
    })
  })

  buttons.forEach(button => button.addEventListener("click", () => {
    const only = button.getAttribute("aria-pressed") === "true" ? null : button.dataset.genre
    buttons.forEach(other => other.setAttribute("aria-pressed", other.dataset.genre === only))
    spots.flat().forEach(({path}) => {
      path.classList.toggle("far", only !== null && path.dataset.genre !== only)
    })
  }))
}
