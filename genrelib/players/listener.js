// A part of a page that listens: to the clips that come with it, to a file, to the microphone. What it hears it asks
// the network in ears.js about, here in the page. Nothing is sent, and nothing is fetched but the parts of the book.
// root: the widget; genres, colours: of the network's answers; weights, clips: keys of what is kept in scripts.
const LARGEST = 100e6, LONGEST = 20 * 60   // bytes and seconds: what fits into the memory of a page
const MINUTE = 60
const RATES = [8000, 96000]                // that every browser can decode to
const ELSEWHERE = "In a terminal, genrelib classify takes any."

// The sampling rate that the header of a WAV, FLAC, MP3, Ogg or Opus file says; else the most usual one.
const rateOf = buffer => {
  const view = new DataView(buffer, 0, Math.min(buffer.byteLength, 1 << 20)), size = view.byteLength
  const text = (from, to) => String.fromCharCode(...new Uint8Array(buffer.slice(from, Math.min(to, size))))
  const start = text(0, 128)
  const found = mark => start.indexOf(mark)
  if (found("RIFF") === 0 && found("fmt ") > 0 && size > 128) return view.getUint32(found("fmt ") + 12, true)
  if (found("fLaC") === 0 && size > 128) return view.getUint32(18) >>> 12
  if (found("OpusHead") > 0) return 48000
  if (found("\x01vorbis") > 0) return view.getUint32(found("\x01vorbis") + 12, true)
  const tag = found("ID3") === 0 ? [6, 7, 8, 9].reduce((length, at) => length * 128 + view.getUint8(at), 10) : 0
  if (tag + 4 <= size && view.getUint16(tag) >> 5 === 0x7ff) {
    const version = view.getUint8(tag + 1) >> 3 & 3
    return [44100, 48000, 32000, 44100][view.getUint8(tag + 2) >> 2 & 3] / [4, 1, 2, 1][version]
  }
  return 44100
}

// Gathers what the microphone hears. A page from a file may load such a script from a data: address only.
const TAP = `registerProcessor("tap", class extends AudioWorkletProcessor {
  held = new Float32Array(4096)
  count = 0
  process([[sound]]) {
    if (!sound) return true
    this.held.set(sound, this.count)
    this.count += sound.length
    if (this.count === this.held.length) {
      this.port.postMessage(this.held.slice())
      this.count = 0
    }
    return true
  }
})`

// viridis, as in the figures of the book
const STOPS = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]]
const SHADES = Array.from({length: 256}, (_, shade) => {
  const at = shade / 255 * (STOPS.length - 1), low = Math.min(Math.floor(at), STOPS.length - 2)
  return STOPS[low].map((value, part) => value + (at - low) * (STOPS[low + 1][part] - value))
})

const draw = (canvas, frames) => {
  if (!frames.length) return
  canvas.width = frames.length
  canvas.height = BANDS
  const loudest = frames.reduce((most, frame) => frame.reduce((a, b) => Math.max(a, b), most), -Infinity)
  const context = canvas.getContext("2d"), image = context.createImageData(frames.length, BANDS)
  frames.forEach((frame, x) => frame.forEach((value, band) => {
    const shade = SHADES[Math.max(0, Math.round(255 * (1 + (value - loudest) / 80)))]
    image.data.set([...shade, 255], 4 * ((BANDS - 1 - band) * frames.length + x))
  }))
  context.putImageData(image, 0, 0)
}

const percent = share => `${Math.round(100 * share)}\u00a0%`
const clock = seconds => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`

const start = (root, {genres, colours, weights, clips}) => {
  const find = name => root.querySelector("." + name)
  const said = find("said"), bars = [...find("bars").children], strip = find("strip"), line = find("line")
  const buttons = [...root.querySelectorAll("button")], file = root.querySelector("input")
  let turn = 0                             // counts the choices: a newer one ends the older
  let shown = {verdicts: [], whole: null}  // what strip and bars are about
  let stop = () => {}                      // what ends the sound or the microphone that is on
  let audio = null

  // a part of the book: it stands in this page, or in a script beside the pages
  const part = key => new Promise((done, fail) => {
    const held = () => window.heard?.[key]
    if (held()) return done(held())
    const script = document.createElement("script")
    Object.assign(script, {src: `${root.dataset.parts}${key}.js`, onload: () => done(held()), onerror: () => {
      fail(Error("A part of this book is missing: copy its whole folder, or build it again."))
    }})
    document.head.append(script)
  })
  let network
  const ready = async () => network ??= unpack(await part(weights))

  // what the ears say: a genre, or why they name none
  const named = ({smoothed, silent, music}) => {
    if (silent) return {name: "silence", text: "hears silence"}
    if (!music) return {name: "no music", text: "hears no music"}
    const [best, next] = [...smoothed.keys()].sort((a, b) => smoothed[b] - smoothed[a])
    const text = at => `${genres[at]}, ${percent(smoothed[at])}`
    if (!isSure(network, smoothed)) return {name: "not sure", text: `is not sure (${text(best)}; ${text(next)})`}
    return {name: genres[best], text: `says ${text(best)}`, colour: colours[best]}
  }

  const showBars = (shares, about) => {
    const best = shares.indexOf(Math.max(...shares))
    bars.forEach((bar, at) => {
      bar.classList.toggle("best", at === best)
      bar.style.setProperty("--share", shares[at])
      bar.lastChild.textContent = percent(shares[at])
    })
    find("about").textContent = about
  }

  // the verdicts, a second each; neighbours that say the same are one
  const showStrip = (verdicts, seconds) => {
    const runs = []
    verdicts.forEach(verdict => {
      const {second} = verdict, {name, colour} = named(verdict), last = runs.at(-1)
      if (last?.name === name) last.to = second
      else runs.push({name, colour, from: last ? last.to : Math.max(0, second - 1), to: second})
    })
    strip.replaceChildren(...runs.map(({name, colour, from, to}) => {
      const item = document.createElement("li")
      item.style.flexGrow = to - from
      item.style.setProperty("--genre", colour ?? "transparent")
      item.title = item.textContent = name
      const when = document.createElement("span")
      when.textContent = ` from ${clock(from)} to ${clock(to)}`
      item.append(when)
      return item
    }))
    find("begin").textContent = clock(runs[0].from)
    find("end").textContent = clock(seconds)
    strip.style.paddingInlineEnd = `${100 * Math.max(0, 1 - runs.at(-1).to / seconds)}%`
  }

  const press = button => buttons.forEach(other => {
    if (other.ariaPressed) other.ariaPressed = other === button
  })

  // ends what is heard now, and says whether a later choice has ended this one
  const begin = (button, text) => {
    audio?.pause()
    stop()
    stop = () => {}
    const mine = ++turn
    press(button)
    said.textContent = text
    return () => mine !== turn
  }

  const player = (address, text) => {
    if (!audio) {
      audio = document.createElement("audio")
      audio.controls = true
      audio.addEventListener("timeupdate", follow)
      find("sound").prepend(audio)
    }
    audio.src = address
    audio.setAttribute("aria-label", text)
    find("sound").lastChild.textContent = text
    find("sound").hidden = false
  }

  // while a sound plays, the line moves, and the bars say what the ears said then
  const follow = () => {
    const now = audio.currentTime, {verdicts, whole, seconds} = shown
    line.style.insetInlineStart = `${100 * Math.min(1, now / seconds)}%`
    const past = verdicts.filter(({second}) => second <= now)
    if (!whole) return
    if (audio.ended || !past.length) showBars(whole.smoothed, "in all of it")
    else showBars(past.at(-1).smoothed, `up to ${clock(past.at(-1).second)}`)
  }

  const pause = () => new Promise(done => setTimeout(done))

  // hears a whole sound, and lets the page breathe in between
  const hear = async (sound, rate, text, over) => {
    const ears = hearing(await ready(), rate), verdicts = []
    let since = performance.now()
    for (let at = 0; at < sound.length; at += rate) {
      verdicts.push(...ears.hear(sound.subarray(at, at + rate)))
      if (performance.now() - since < 50) continue
      find("done").value = at / sound.length
      await pause()
      if (over()) return
      since = performance.now()
    }
    verdicts.push(...ears.end())
    if (!verdicts.length) verdicts.push(...ears.say())
    if (!verdicts.length) throw Error(`${text} is too short: the network needs half a second at least.`)
    if (over()) return
    const whole = overall(verdicts), seconds = sound.length / rate
    shown = {verdicts, whole, seconds}
    draw(find("seen"), ears.frames)
    line.style.insetInlineStart = 0
    showStrip(verdicts, seconds)
    showBars(whole.smoothed, "in all of it")
    said.textContent = `${text}: the network ${named(whole).text}.`
  }

  const decode = async (buffer, text) => {
    const rate = rateOf(buffer), usual = rate >= RATES[0] && rate <= RATES[1] ? rate : 44100
    const context = new OfflineAudioContext(1, 1, usual)
    const sound = await context.decodeAudioData(buffer).catch(() => {
      throw Error(`${text} is no sound that this browser can read: WAV, MP3 and FLAC it can.`)
    })
    const channels = Array.from({length: sound.numberOfChannels}, (_, channel) => sound.getChannelData(channel))
    const mono = channels.length === 1 ? channels[0] : channels[0].map(
      (_, at) => channels.reduce((sum, channel) => sum + channel[at], 0) / channels.length)
    return [mono, usual]
  }

  // says in one line what went wrong
  const trying = (what, over) => what.catch(error => {
    if (over()) return
    press(null)
    said.textContent = error.message
  }).finally(() => { if (!over()) find("done").hidden = true })

  const chooseClip = async (button, aloud, over) => {
    const {text, key} = clips[button.dataset.clip], address = await part(key)
    if (over()) return
    player(address, text)
    if (aloud) audio.play().catch(() => {})
    const buffer = Uint8Array.from(atob(address.split(",")[1]), sign => sign.charCodeAt(0)).buffer
    await hear(...await decode(buffer, text), text, over)
  }

  const secondsOf = address => new Promise(done => {
    const probe = new Audio()
    probe.onloadedmetadata = () => done(probe.duration)
    probe.onerror = () => done(0)          // decoding will say what is wrong
    probe.src = address
  })

  const chooseFile = async (given, over) => {
    const name = given.name
    if (given.size > LARGEST) {
      throw Error(`${name} has ${Math.round(given.size / 1e6)} MB, and a page takes ${LARGEST / 1e6}. ` + ELSEWHERE)
    }
    const address = URL.createObjectURL(given), seconds = await secondsOf(address)
    if (seconds > LONGEST) {
      URL.revokeObjectURL(address)
      throw Error(`${name} lasts ${clock(seconds)}, and a page takes ${clock(LONGEST)}. ` + ELSEWHERE)
    }
    const [sound, rate] = await decode(await given.arrayBuffer(), name)
    if (over()) return URL.revokeObjectURL(address)
    player(address, name)
    stop = () => {
      audio.removeAttribute("src")
      URL.revokeObjectURL(address)
    }
    await hear(sound, rate, name, over)
  }

  const openMicrophone = async over => {
    if (!navigator.mediaDevices) throw Error("This browser lets no page that is opened from a file use a microphone.")
    const raw = {echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1}
    const stream = await navigator.mediaDevices.getUserMedia({audio: raw}).catch(({name}) => {
      throw Error(name === "NotFoundError" ? "There is no microphone."
        : "The browser does not let this page use the microphone: allow it beside the address, and press again.")
    })
    const context = new AudioContext(), ears = hearing(await ready(), context.sampleRate)
    const close = () => {
      stream.getTracks().forEach(track => track.stop())
      context.close()
    }
    if (over()) return close()
    stop = close
    await context.audioWorklet.addModule("data:text/javascript," + encodeURIComponent(TAP))
    const one = {channelCount: 1, channelCountMode: "explicit"}
    const tap = new AudioWorkletNode(context, "tap", one)
    context.createMediaStreamSource(stream).connect(tap).connect(context.destination)
    find("sound").hidden = true
    line.style.insetInlineStart = 0
    shown = {verdicts: [], whole: null}
    said.textContent = "The microphone is on."
    tap.port.onmessage = ({data}) => { if (!over()) live(ears, data) }
  }

  // shows the last minute; what a screen reader reads changes with the verdict only
  const still = matchMedia("(prefers-reduced-motion: reduce)")
  const live = (ears, sound) => {
    const fresh = ears.hear(sound), latest = fresh.at(-1)
    ears.forget(MINUTE)
    if (latest || !still.matches) draw(find("seen"), ears.frames)
    if (!latest) return
    const {name, text} = named(latest)
    if (name !== shown.name) said.textContent = `Microphone: the network ${text.split(/[,(]/)[0].trim()}.`
    shown = {verdicts: [...shown.verdicts, ...fresh].slice(-MINUTE), whole: null, name}
    showStrip(shown.verdicts, latest.second)
    showBars(latest.smoothed, "in the last ten seconds")
  }

  const choose = (button, text, how) => {
    const over = begin(button, text)
    find("done").hidden = false
    find("done").removeAttribute("value")
    trying(how(over), over)
  }
  const chooseNow = (button, aloud) => {
    choose(button, `Listening to ${clips[button.dataset.clip].text} …`, over => chooseClip(button, aloud, over))
  }
  const open = given => given && choose(null, `Listening to ${given.name} …`, over => chooseFile(given, over))

  for (const button of root.querySelectorAll("[data-clip]")) {
    button.addEventListener("click", () => chooseNow(button, true))
  }
  find("open").addEventListener("click", () => file.click())
  file.addEventListener("change", () => {
    open(file.files[0])
    file.value = ""
  })
  root.addEventListener("dragover", event => {
    event.preventDefault()
    root.classList.add("over")
  })
  root.addEventListener("dragleave", () => root.classList.remove("over"))
  root.addEventListener("drop", event => {
    event.preventDefault()
    root.classList.remove("over")
    open(event.dataTransfer.files[0])
  })
  const microphone = find("microphone")
  microphone.addEventListener("click", () => {
    if (microphone.ariaPressed === "true") begin(null, "The microphone is off.")
    else choose(microphone, "Asking for the microphone …", openMicrophone)
  })
  addEventListener("pagehide", () => stop())
  const first = root.querySelector("[data-clip]")  // who only records has none
  if (first) chooseNow(first, false)
}
