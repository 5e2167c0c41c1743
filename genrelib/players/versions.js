// Versions of a sound: one strip, one line, and buttons that switch the version at the same position.
// root: the widget; the players in it stay its sounds, out of sight.
const start = (root) => {
  const sounds = [...root.querySelectorAll("audio")]
  const strip = root.querySelector(".strip")
  const line = strip.querySelector("span")
  const pictures = [...strip.querySelectorAll("img")]
  const play = root.querySelector(".play")
  const buttons = [...root.querySelectorAll(".bar span button")]
  let chosen = 0

  const seconds = () => sounds[chosen].duration || 1
  const show = () => {
    const at = Math.min(sounds[chosen].currentTime / seconds(), 1)
    line.style.left = `${100 * at}%`
    strip.setAttribute("aria-valuenow", Math.round(100 * at))
    strip.setAttribute("aria-valuetext", `${sounds[chosen].currentTime.toFixed(1)} seconds`)
    const going = !sounds[chosen].paused
    play.textContent = going ? "❚❚ pause" : "▶ play"
    if (going) requestAnimationFrame(show)
  }

  const choose = (version) => {
    const { currentTime, paused } = sounds[chosen]
    sounds[chosen].pause()
    chosen = version
    sounds[chosen].currentTime = currentTime
    pictures.forEach((picture, n) => picture.classList.toggle("on", n === version))
    buttons.forEach((button, n) => button.setAttribute("aria-pressed", n === version))
    if (!paused) sounds[chosen].play()
    show()
  }

  const move = (second) => {
    sounds[chosen].currentTime = Math.max(0, Math.min(second, seconds()))
    show()
  }

  const toggle = () => {
    if (sounds[chosen].paused) sounds[chosen].play()
    else sounds[chosen].pause()
  }

  const seek = (event) => {
    const { left, width } = strip.getBoundingClientRect()
    move((seconds() * (event.clientX - left)) / width)
  }

  play.addEventListener("click", toggle)
  buttons.forEach((button, n) => button.addEventListener("click", () => choose(n)))
  strip.addEventListener("pointerdown", (event) => {
    strip.setPointerCapture(event.pointerId)
    seek(event)
  })
  strip.addEventListener("pointermove", (event) => {
    if (event.buttons) seek(event)
  })
  root.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -0.5, ArrowRight: 0.5 }[event.key]
    const version = buttons[Number(event.key) - 1] ? Number(event.key) - 1 : -1
    if (event.altKey || event.ctrlKey || event.metaKey) return
    if (step) move(sounds[chosen].currentTime + step)
    else if (version >= 0) choose(version)
    else if (event.key === " " && event.target === strip) toggle()
    else return
    event.preventDefault()
  })
  for (const sound of sounds) for (const what of ["play", "pause", "ended", "seeked"]) sound.addEventListener(what, show)

  root.querySelector(".players").hidden = true
  for (const part of root.querySelectorAll(".strip, .bar, .said")) part.hidden = false
  choose(0)
}
