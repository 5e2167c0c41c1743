// A confusion matrix. A cell that is pressed lists its clips and plays the first; pressed again, the next.
// root: the widget; sounds: [text, base64 of an MP3] of each clip, by "true-predicted" of its cell.
const start = (root, sounds) => {
  const said = root.querySelector(".said")
  const clips = root.querySelector(".clips")
  const genres = root.querySelectorAll("tbody tr").length
  const cells = [...root.querySelectorAll("td")].map(cell => cell.querySelector("button"))
  const buttons = cells.filter(Boolean)
  const audio = new Audio()
  let turn = -1

  const press = (button, among) => {
    among.forEach(other => other.setAttribute("aria-pressed", other === button))
  }

  const play = button => {
    press(button, [...clips.children])
    audio.src = "data:audio/mpeg;base64," + button.sound
    audio.play()
  }

  const clipButton = ([text, sound]) => {
    const button = document.createElement("button")
    Object.assign(button, {type: "button", textContent: "▶ " + text, sound})
    button.addEventListener("click", () => play(button))
    return button
  }

  const choose = button => {
    if (button.getAttribute("aria-pressed") === "true") turn = (turn + 1) % clips.children.length
    else {
      turn = 0
      press(button, buttons)
      said.textContent = button.getAttribute("aria-label")
      clips.replaceChildren(...sounds[button.dataset.cell].map(clipButton))
    }
    play(clips.children[turn])
  }

  // one cell at a time is on the way of the Tab key; arrow keys move on to the next that sounds
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
  buttons.forEach(button => button.addEventListener("click", () => {
    reach(button)
    choose(button)
  }))
  root.addEventListener("keydown", event => {
    if (event.key === "Escape") audio.pause()
  })
}
