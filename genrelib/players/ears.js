// The ears of the page: steps 1 to 3 of the features, and the book's own
// network, in a third language. Python has them in genrelib/features.py and
// genrelib/listening/; tests hold the two together. Nothing here knows of a
// page.
const SR = 22050, WINDOW = 2205, HOP = 882, BANDS = 128
const FRAMES = 248  // that the network hears at once: ten seconds

// Step 0: the rate. A sound of another rate is read between its samples with a
// windowed sinc, which lets through what both rates can hold, as Python's
// resampling does. What browsers have is shorter, and changes verdicts.
const REACH = 68           // samples at the lower rate, to each side
const BETA = 6.5           // of Kaiser's window
const EDGE = 10550 / 11025 // of the lower rate's half: there, half is let through
const bessel = x => {
  let sum = 1, term = 1
  for (let k = 1; term > 1e-12 * sum; k++) sum += term *= (x / 2 / k) ** 2
  return sum
}
const divisor = (a, b) => b ? divisor(b, a % b) : a

// A filter for each place that a wanted sample can have between two given ones.
const filters = (rate, up) => {
  const narrow = EDGE * Math.min(1, SR / rate)
  const reach = 2 * Math.ceil(REACH * Math.max(1, rate / SR) / 2)
  const weight = t => {
    const x = Math.PI * narrow * t
    const inside = Math.sqrt(Math.max(0, 1 - (t / reach) ** 2))
    return narrow * (x ? Math.sin(x) / x : 1) * bessel(BETA * inside) / bessel(BETA)
  }
  return Array.from({length: up}, (_, place) => Float64Array.from(
    {length: 2 * reach}, (_, tap) => weight(tap - reach + 1 - place / up)))
}

// Four sums at a time: a processor need not wait for one before it goes on.
const product = (filter, sound, at) => {
  let a = 0, b = 0, c = 0, d = 0
  for (let tap = 0; tap < filter.length; tap += 4) {
    a += filter[tap] * sound[at + tap]
    b += filter[tap + 1] * sound[at + tap + 1]
    c += filter[tap + 2] * sound[at + tap + 2]
    d += filter[tap + 3] * sound[at + tap + 3]
  }
  return a + b + c + d
}

const joined = (a, b) => {
  const both = new Float32Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

// Takes a sound piece by piece; how it is cut does not matter.
const resampler = rate => {
  if (rate === SR) return {push: piece => piece, finish: () => new Float32Array(0)}
  const common = divisor(rate, SR), up = SR / common, down = rate / common
  const banks = filters(rate, up), taps = banks[0].length
  let held = new Float32Array(taps / 2 - 1), given = 0, made = 0, place = 0
  const push = piece => {
    const sound = joined(held, piece)
    const out = new Float32Array(Math.ceil(sound.length * up / down))
    let count = 0, at = 0
    for (; at + taps <= sound.length; count++) {
      out[count] = product(banks[place], sound, at)
      place += down
      at += Math.floor(place / up)
      place %= up
    }
    held = sound.slice(at)
    given += piece.length
    made += count
    return out.subarray(0, count)
  }
  const finish = () => {
    const missing = Math.ceil(given * up / down) - made
    return push(new Float32Array(taps)).slice(0, missing)
  }
  return {push, finish}
}

// Step 1: the Fourier transform, of 2205 points and no more: windows filled up
// with zeros to a power of two have other bins. Where n is a product of primes
// p, a transform of n points is n / p transforms of p points, turned, and
// transformed again (Cooley & Tukey 1965; in Stockham's order, so that nothing
// has to be sorted afterwards).
const PRIMES = [3, 3, 5, 7, 7]
const fourier = (real, imaginary) => {
  let from = [real, imaginary], to = SPARE, stride = 1
  for (const p of PRIMES) {
    const apart = WINDOW / p, [xr, xi] = from, [yr, yi] = to
    for (let at = 0; at < apart; at++) {
      const first = at % stride, turn = at - first
      for (let k = 0; k < p; k++) {
        let re = 0, im = 0, angle = k * turn % WINDOW
        for (let j = 0, x = at; j < p; j++, x += apart) {
          re += xr[x] * COS[angle] + xi[x] * SIN[angle]
          im += xi[x] * COS[angle] - xr[x] * SIN[angle]
          angle += k * apart
          if (angle >= WINDOW) angle -= WINDOW
        }
        const y = first + p * turn + k * stride
        yr[y] = re
        yi[y] = im
      }
    }
    stride *= p
    ;[from, to] = [to, from]
  }
  return from
}
const circle = of => Float64Array.from(
  {length: WINDOW}, (_, k) => of(2 * Math.PI * k / WINDOW))
const COS = circle(Math.cos), SIN = circle(Math.sin)
const HANN = circle(angle => 0.5 - 0.5 * Math.cos(angle))
const SPARE = [new Float64Array(WINDOW), new Float64Array(WINDOW)]

// Step 2: triangles on Slaney's mel scale, each of unit area in Hz: the first
// bin under each, and its weights.
const mels = hz =>
  hz < 1000 ? hz * 3 / 200 : 15 + 27 * Math.log(hz / 1000) / Math.log(6.4)
const hertz = mel => mel < 15 ? mel * 200 / 3 : 1000 * 6.4 ** ((mel - 15) / 27)
const EDGES = Array.from(
  {length: BANDS + 2}, (_, edge) => hertz(mels(SR / 2) * edge / (BANDS + 1)))
const TRIANGLES = EDGES.slice(2).map((high, band) => {
  const [low, peak] = EDGES.slice(band), width = SR / WINDOW
  const first = Math.floor(low / width) + 1, count = Math.ceil(high / width) - first
  const weights = Array.from({length: count}, (_, bin) => {
    const hz = (first + bin) * width
    const height = Math.min((hz - low) / (peak - low), (high - hz) / (high - peak))
    return Math.max(0, height) * 2 / (high - low)
  })
  return {first, weights}
})
const pooled = power => Float32Array.from(TRIANGLES, ({first, weights}) => {
  let sum = 0
  weights.forEach((weight, bin) => { sum += weight * power[first + bin] })
  return decibels(sum)
})

// Step 3: the logarithm, with a floor so low that no music meets it: where to
// cut off is decided for ten seconds at a time.
const DB = 10 / Math.LN10
const decibels = power => DB * Math.log(Math.max(power, 1e-30))

// The frames of a sound, 128 decibels each. Two windows take one transform: one
// as its real and one as its imaginary part.
const framesOf = sound => {
  const count = Math.max(0, 1 + Math.floor((sound.length - WINDOW) / HOP))
  const bins = (WINDOW + 1) / 2, frames = []
  const [re, im] = [1, 2].map(() => new Float64Array(WINDOW))
  const [one, other] = [1, 2].map(() => new Float64Array(bins))
  while (frames.length < count) {
    const at = frames.length * HOP, second = frames.length + 1 < count ? HOP : 0
    for (let t = 0; t < WINDOW; t++) {
      re[t] = HANN[t] * sound[at + t]
      im[t] = HANN[t] * sound[at + second + t]
    }
    const [x, y] = fourier(re, im)
    for (let bin = 0; bin < bins; bin++) {
      const mirror = (WINDOW - bin) % WINDOW
      one[bin] = ((x[bin] + x[mirror]) ** 2 + (y[bin] - y[mirror]) ** 2) / 4
      other[bin] = ((y[bin] + y[mirror]) ** 2 + (x[mirror] - x[bin]) ** 2) / 4
    }
    frames.push(pooled(one))
    if (second) frames.push(pooled(other))
  }
  return frames
}

// The network. Its weights come as they stand in Python's file: name -> numbers
// in a row. An excerpt, frames × bands in a row, is first brought to a level of
// its own: 80 dB below its loudest point there is nothing, and its mean power is
// one. So the verdict is the same however loud a sound is.
const levelled = db => {
  let loudest = -Infinity, power = 0
  for (const value of db) loudest = Math.max(loudest, value)
  const below = db.map(value => Math.max(value - loudest, -80))
  for (const value of below) power += Math.exp(value / DB)
  const level = DB * Math.log(power / below.length)
  return below.map(value => value - level)
}

// What is kept of each band: mean and deviation, and mean and maximum of what
// two filters over 4 neighbouring frames, and two over 4 frames that lie 3
// apart, answer.
const statistics = (weights, db) => {
  const frames = db.length / BANDS, kept = new Float64Array(10 * BANDS)
  const band = new Float64Array(frames)
  for (let b = 0; b < BANDS; b++) {
    const centre = weights["normalise/mean"][b]
    const deviation = Math.max(Math.sqrt(weights["normalise/variance"][b]), 1e-7)
    let sum = 0, squares = 0
    for (let t = 0; t < frames; t++) {
      band[t] = (db[t * BANDS + b] - centre) / deviation
      sum += band[t]
    }
    for (let t = 0; t < frames; t++) squares += (band[t] - sum / frames) ** 2
    kept[b] = sum / frames
    kept[BANDS + b] = Math.sqrt(squares / frames + 1e-3)
    for (const apart of [1, 3]) {
      const kernel = weights[`filter_bands_${apart}/kernel`]
      const biases = weights[`filter_bands_${apart}/bias`]
      for (const channel of [2 * b, 2 * b + 1]) {
        const bias = biases[channel], last = frames - 3 * apart
        const [k0, k1, k2, k3] = [0, 2, 4, 6].map(n => kernel[n * BANDS + channel])
        let total = 0, most = 0
        for (let t = 0; t < last; t++) {
          const answer = bias + k0 * band[t] + k1 * band[t + apart]
            + k2 * band[t + 2 * apart] + k3 * band[t + 3 * apart]
          if (answer > 0) total += answer
          if (answer > most) most = answer
        }
        const place = (apart === 1 ? 2 : 6) * BANDS + channel
        kept[place] = total / last
        kept[place + 2 * BANDS] = most
      }
    }
  }
  return kept
}

const dense = (weights, name, x) => {
  const kernel = weights[`${name}/kernel`]
  const sums = Float64Array.from(weights[`${name}/bias`]), units = sums.length
  x.forEach((value, row) => {
    for (let unit = 0, at = row * units; unit < units; unit++, at++) {
      sums[unit] += value * kernel[at]
    }
  })
  return sums
}

const softmax = x => {
  const most = Math.max(...x), powers = x.map(value => Math.exp(value - most))
  const sum = powers.reduce((all, power) => all + power)
  return powers.map(power => power / sum)
}

// How far each statistic lies from its mean in training, in standard deviations.
const deviations = (weights, kept) => {
  const mean = weights["batch_norm/mean"], variance = weights["batch_norm/variance"]
  return kept.map((x, at) => (x - mean[at]) / Math.sqrt(variance[at] + 1e-3))
}

// The probability of each genre. The temperature makes probabilities of
// confidences.
const probabilities = (weights, z) => {
  const gamma = weights["batch_norm/gamma"], beta = weights["batch_norm/beta"]
  const scaled = z.map((value, at) => gamma[at] * value + beta[at])
  const hidden = dense(weights, "dense", scaled).map(value => Math.max(0, value))
  const temperature = weights["sure/temperature"]?.[0] ?? 1
  return softmax(dense(weights, "genres", hidden).map(value => value / temperature))
}
const isSure = (weights, shares) =>
  Math.max(...shares) >= (weights["sure/threshold"]?.[0] ?? 0)

// Whether there is music at all: what lies further away from the music of the
// training than any of it is none, and what a logistic regression takes for
// noise is none. A model without the two takes all for music.
const isMusic = (weights, z) => {
  const steepness = weights["music/weights"]
  if (!steepness) return true
  const far = Math.sqrt(z.reduce((sum, value) => sum + value ** 2, 0) / z.length)
  const [bias] = weights["music/bias"]
  const score = z.reduce((sum, value, at) => sum + value * steepness[at], bias)
  return far <= weights["music/farthest"][0] && score >= 0
}

// Ten seconds at a time: takes a sound at any rate piece by piece, and gives a
// verdict at each second, of the last ten seconds or of what there is. Smoothed,
// a verdict counts a third after three seconds.
const MEMORY = 3, SHORTEST = 10, SILENCE = -50  // seconds, frames, decibels
const hearing = (weights, rate) => {
  const source = resampler(rate), frames = [], fades = Math.exp(-1 / MEMORY)
  let held = new Float32Array(0), samples = 0, smoothed
  const say = () => {
    const excerpt = frames.slice(-FRAMES)
    const db = new Float32Array(excerpt.length * BANDS)
    excerpt.forEach((frame, at) => db.set(frame, at * BANDS))
    const z = deviations(weights, statistics(weights, levelled(db)))
    const said = probabilities(weights, z), before = smoothed ?? said
    smoothed = said.map((share, at) => share + fades * (before[at] - share))
    return {
      second: samples / SR,
      whole: excerpt.length === FRAMES,
      probabilities: said,
      smoothed,
      silent: db.every(value => value < SILENCE),
      music: isMusic(weights, z),
    }
  }
  const listen = sound => {
    const all = joined(held, sound), fresh = framesOf(all)
    held = all.slice(fresh.length * HOP)
    frames.push(...fresh)
    samples += sound.length
  }
  const cut = sound => {
    const verdicts = []
    while (sound.length) {
      const left = SR - samples % SR
      listen(sound.subarray(0, left))
      if (samples % SR === 0 && frames.length >= SHORTEST) verdicts.push(say())
      sound = sound.subarray(left)
    }
    return verdicts
  }
  return {
    frames,
    hear: piece => cut(source.push(piece)),
    end: () => cut(source.finish()),
    forget: seconds => frames.splice(0, frames.length - seconds * SR / HOP),
    say: () => frames.length < SHORTEST ? [] : [say()],
  }
}

// What is said of a whole sound, from its verdicts on ten full seconds that are
// not silent: the mean of their probabilities, and music where half of them or
// more say so.
const overall = verdicts => {
  const some = (all, which) => all.some(which) ? all.filter(which) : null
  const loud = some(verdicts, each => !each.silent) ?? verdicts
  const heard = some(loud, each => each.whole) ?? loud.slice(-1)
  const mean = of => heard.reduce((sum, each) => sum + of(each), 0) / heard.length
  const shares = heard[0].probabilities
  return {
    smoothed: shares.map((_, at) => mean(each => each.probabilities[at])),
    silent: heard.every(each => each.silent),
    music: mean(each => each.music) >= 0.5,
  }
}

// Weights as the build writes them: numbers of 2 or 4 bytes, in base64, in the
// order of the layout.
const unpack = ({layout, base64}) => {
  const bytes = Uint8Array.from(atob(base64), sign => sign.charCodeAt(0))
  const view = new DataView(bytes.buffer)
  const half = at => {
    const bits = view.getUint16(at, true), exponent = bits >> 10 & 31
    const fraction = (bits & 1023) / 1024 + (exponent > 0)
    const size = fraction * 2 ** (Math.max(exponent, 1) - 15)
    return bits >> 15 ? -size : size
  }
  let at = 0
  return Object.fromEntries(layout.map(([name, count, kind]) => {
    const width = kind === "f2" ? 2 : 4, begin = at
    const read = width === 2 ? half : place => view.getFloat32(place, true)
    at += count * width
    const number = (_, place) => read(begin + place * width)
    return [name, Float32Array.from({length: count}, number)]
  }))
}
