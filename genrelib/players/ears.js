// The ears of the page: steps 1 to 3 of the features, and the book's own network, in a third language. Python has
// them in genrelib/features.py and genrelib/listening/; tests hold the two together. Nothing here knows of a page.
const SR = 22050, WINDOW = 2205, HOP = 882, BANDS = 128
const FRAMES = 248                       // that the network hears at once: ten seconds

// Step 0: the rate. A sound of another rate is read between its samples with a windowed sinc, which lets through
// what both rates can hold. Browsers use shorter ones of their own, which change verdicts.
const REACH = 68, BETA = 6.5, EDGE = 10550 / 11025   // samples at the lower rate; Kaiser's; where half is let through
const bessel = x => {
  let sum = 1, term = 1
  for (let k = 1; term > 1e-12 * sum; k++) sum += term *= (x / 2 / k) ** 2
  return sum
}
const divisor = (a, b) => b ? divisor(b, a % b) : a

// A filter for each place that a wanted sample can have between two given ones.
const filters = (rate, up) => {
  const narrow = Math.min(1, SR / rate), reach = 2 * Math.ceil(REACH / narrow / 2)
  return Array.from({length: up}, (_, place) => Float32Array.from({length: 2 * reach}, (_, tap) => {
    const t = tap - reach + 1 - place / up, x = Math.PI * EDGE * narrow * t
    const inside = Math.max(0, 1 - (t / reach) ** 2)
    return EDGE * narrow * (x ? Math.sin(x) / x : 1) * bessel(BETA * Math.sqrt(inside)) / bessel(BETA)
  }))
}

// Four sums at a time: a processor need not wait for one before it goes on with the next.
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

// Takes a sound piece by piece; how it is cut does not matter.
const resampler = rate => {
  if (rate === SR) return {push: piece => piece, finish: () => new Float32Array(0)}
  const common = divisor(rate, SR), up = SR / common, down = rate / common
  const banks = filters(rate, up), taps = banks[0].length
  let held = new Float32Array(taps / 2 - 1), given = 0, made = 0, place = 0
  const push = piece => {
    given += piece.length
    const sound = new Float32Array(held.length + piece.length)
    sound.set(held)
    sound.set(piece, held.length)
    const out = new Float32Array(Math.ceil(sound.length * up / down))
    let count = 0, at = 0
    for (; at + taps <= sound.length; count++) {
      out[count] = product(banks[place], sound, at)
      place += down
      at += Math.floor(place / up)
      place %= up
    }
    held = sound.slice(at)
    made += count
    return out.subarray(0, count)
  }
  const finish = () => {
    const missing = Math.ceil(given * up / down) - made
    return push(new Float32Array(taps)).slice(0, missing)
  }
  return {push, finish}
}

// Step 1: the Fourier transform, of 2205 points and no more: windows filled up with zeros to a power of two change
// verdicts. Where n is a product of primes p, a transform of n points is n / p transforms of p points, turned and
// transformed again (Cooley & Tukey 1965; written in Stockham's order, nothing has to be sorted afterwards).
const PRIMES = [3, 3, 5, 7, 7]
const fourier = (real, imaginary) => {
  let from = [real, imaginary], to = fourier.spare, stride = 1
  for (const p of PRIMES) {
    const apart = WINDOW / p, [xr, xi] = from, [yr, yi] = to
    for (let at = 0; at < apart; at++) {
      const first = at % stride, turn = at - first
      for (let k = 0; k < p; k++) {
        let re = 0, im = 0, angle = k * turn % WINDOW
        for (let j = 0, x = at; j < p; j++, x += apart) {
          const cos = COS[angle], sin = SIN[angle]
          re += xr[x] * cos + xi[x] * sin
          im += xi[x] * cos - xr[x] * sin
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
const circle = of => Float64Array.from({length: WINDOW}, (_, k) => of(2 * Math.PI * k / WINDOW))
const COS = circle(Math.cos), SIN = circle(Math.sin), HANN = circle(angle => 0.5 - 0.5 * Math.cos(angle))
fourier.spare = [new Float64Array(WINDOW), new Float64Array(WINDOW)]

// Step 2: triangles on Slaney's mel scale, each of unit area in Hz: the first bin under each, and its weights.
const toMel = hz => hz < 1000 ? hz * 3 / 200 : 15 + 27 * Math.log(hz / 1000) / Math.log(6.4)
const toHz = mel => mel < 15 ? mel * 200 / 3 : 1000 * Math.exp(Math.log(6.4) * (mel - 15) / 27)
const EDGES = Array.from({length: BANDS + 2}, (_, edge) => toHz(toMel(SR / 2) * edge / (BANDS + 1)))
const TRIANGLES = EDGES.slice(2).map((high, band) => {
  const [low, peak] = EDGES.slice(band), width = SR / WINDOW
  const first = Math.floor(low / width) + 1, count = Math.ceil(high / width) - first
  const weights = Array.from({length: count}, (_, bin) => {
    const hz = (first + bin) * width
    return Math.max(0, Math.min((hz - low) / (peak - low), (high - hz) / (high - peak))) * 2 / (high - low)
  })
  return {first, weights}
})

// Step 3: the logarithm, with a floor so low that no music meets it: that belongs to the excerpt.
const decibels = power => 10 * Math.log10(Math.max(power, 1e-30))

// Frames of a sound, each of 128 decibels. Two windows take one transform: as its real and its imaginary part.
const framesOf = sound => {
  const count = Math.max(0, 1 + Math.floor((sound.length - WINDOW) / HOP)), bins = (WINDOW + 1) / 2
  const re = new Float64Array(WINDOW), im = new Float64Array(WINDOW)
  const powers = [new Float64Array(bins), new Float64Array(bins)], frames = []
  while (frames.length < count) {
    const at = frames.length * HOP, second = frames.length + 1 < count ? HOP : 0
    for (let t = 0; t < WINDOW; t++) {
      re[t] = HANN[t] * sound[at + t]
      im[t] = HANN[t] * sound[at + second + t]
    }
    const [x, y] = fourier(re, im)
    for (let bin = 0; bin < bins; bin++) {
      const mirror = (WINDOW - bin) % WINDOW
      powers[0][bin] = ((x[bin] + x[mirror]) ** 2 + (y[bin] - y[mirror]) ** 2) / 4
      powers[1][bin] = ((y[bin] + y[mirror]) ** 2 + (x[mirror] - x[bin]) ** 2) / 4
    }
    frames.push(...powers.slice(0, second ? 2 : 1).map(power => Float32Array.from(TRIANGLES, ({first, weights}) => {
      let sum = 0
      for (let bin = 0; bin < weights.length; bin++) sum += weights[bin] * power[first + bin]
      return decibels(sum)
    })))
  }
  return frames
}

// The network. Its weights come as they stand in Python's file: name -> numbers, in C order.
// An excerpt, frames × bands in a row, is first brought to a level of its own: 80 dB below its loudest point there
// is nothing, and its mean power is one. So the verdict is the same however loud a sound is.
const DB = 10 / Math.LN10
const levelled = db => {
  let loudest = -Infinity, power = 0
  for (const value of db) loudest = Math.max(loudest, value)
  const below = db.map(value => Math.max(value - loudest, -80))
  for (const value of below) power += Math.exp(value / DB)
  const level = DB * Math.log(power / below.length)
  return below.map(value => value - level)
}

// What is kept of each band: mean and deviation, and mean and maximum of what two filters over 4 neighbouring
// frames, and two over 4 frames that lie 3 apart, answer. In the order that the dense layer knows.
const statistics = (weights, db) => {
  const frames = db.length / BANDS, kept = new Float64Array(10 * BANDS)
  const [mean, variance] = [weights["normalise/mean"], weights["normalise/variance"]]
  const band = new Float64Array(frames)
  for (let b = 0; b < BANDS; b++) {
    let sum = 0, squares = 0
    const deviation = Math.max(Math.sqrt(variance[b]), 1e-7)
    for (let t = 0; t < frames; t++) {
      band[t] = (db[t * BANDS + b] - mean[b]) / deviation
      sum += band[t]
    }
    for (let t = 0; t < frames; t++) squares += (band[t] - sum / frames) ** 2
    kept[b] = sum / frames
    kept[BANDS + b] = Math.sqrt(squares / frames + 1e-3)
    ;[1, 3].forEach((apart, which) => {
      const kernel = weights[`filter_bands_${apart}/kernel`], bias = weights[`filter_bands_${apart}/bias`]
      for (let filter = 0; filter < 2; filter++) {
        const channel = 2 * b + filter, last = frames - 3 * apart
        const [k0, k1, k2, k3] = [0, 1, 2, 3].map(tap => kernel[tap * 2 * BANDS + channel])
        let total = 0, most = 0
        for (let t = 0; t < last; t++) {
          const answer = bias[channel] + k0 * band[t] + k1 * band[t + apart]
            + k2 * band[t + 2 * apart] + k3 * band[t + 3 * apart]
          if (answer > 0) total += answer
          if (answer > most) most = answer
        }
        kept[(2 + 4 * which) * BANDS + channel] = total / last
        kept[(4 + 4 * which) * BANDS + channel] = most
      }
    })
  }
  return kept
}

const dense = (weights, name, x) => {
  const kernel = weights[`${name}/kernel`], sums = Float64Array.from(weights[`${name}/bias`])
  x.forEach((value, row) => {
    for (let unit = 0, at = row * sums.length; unit < sums.length; unit++, at++) sums[unit] += value * kernel[at]
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
  const [mean, variance] = [weights["batch_norm/mean"], weights["batch_norm/variance"]]
  return kept.map((value, at) => (value - mean[at]) / Math.sqrt(variance[at] + 1e-3))
}

// The probability of each genre.
const probabilities = (weights, z) => {
  const [gamma, beta] = [weights["batch_norm/gamma"], weights["batch_norm/beta"]]
  const scaled = z.map((value, at) => gamma[at] * value + beta[at])
  const hidden = dense(weights, "dense", scaled).map(value => Math.max(0, value))
  const temperature = weights["sure/temperature"]?.[0] ?? 1     // what makes probabilities of confidences
  return softmax(dense(weights, "genres", hidden).map(value => value / temperature))
}

// Whether there is music at all: what lies further away from the music of the training than any of it is none, and
// what a logistic regression takes for noise is none. A model without them takes all for music.
const isMusic = (weights, z) => {
  if (!weights["music/weights"]) return true
  const far = Math.sqrt(z.reduce((sum, value) => sum + value ** 2, 0) / z.length)
  const score = z.reduce((sum, value, at) => sum + value * weights["music/weights"][at], weights["music/bias"][0])
  return far <= weights["music/farthest"][0] && score >= 0
}
const isSure = (weights, shares) => Math.max(...shares) >= (weights["sure/threshold"]?.[0] ?? 0)

// Ten seconds at a time: takes a sound at any rate piece by piece, and gives a verdict at each second, of the last
// ten seconds or of what there is. Smoothed, a verdict counts a third after three seconds.
const MEMORY = 3, SHORTEST = 10, SILENCE = -50
const hearing = (weights, rate) => {
  const source = resampler(rate)
  let held = new Float32Array(0), frames = [], samples = 0, smoothed
  const say = () => {
    const excerpt = frames.slice(-FRAMES), db = new Float32Array(excerpt.length * BANDS)
    excerpt.forEach((frame, at) => db.set(frame, at * BANDS))
    const z = deviations(weights, statistics(weights, levelled(db))), said = probabilities(weights, z)
    smoothed = said.map((share, at) => share + (smoothed ? Math.exp(-1 / MEMORY) * (smoothed[at] - share) : 0))
    return {
      second: samples / SR, whole: excerpt.length === FRAMES, probabilities: said, smoothed,
      silent: db.every(value => value < SILENCE), music: isMusic(weights, z),
    }
  }
  const listen = sound => {
    const all = new Float32Array(held.length + sound.length)
    all.set(held)
    all.set(sound, held.length)
    const fresh = framesOf(all)
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

// What is said of a whole sound, from its verdicts on ten full seconds that are not silent: the mean of their
// probabilities, and that there is music where most of them say so.
const overall = verdicts => {
  const some = (all, which) => all.some(which) ? all.filter(which) : null
  const loud = some(verdicts, each => !each.silent) ?? verdicts
  const heard = some(loud, each => each.whole) ?? loud.slice(-1)
  const mean = of => heard.reduce((sum, each) => sum + of(each), 0) / heard.length
  const shares = heard[0].probabilities.map((_, at) => mean(each => each.probabilities[at]))
  return {smoothed: shares, silent: heard.every(each => each.silent), music: mean(each => each.music) >= 0.5}
}

// Weights as the build writes them: halves and singles, in base64; the layout says which, and in which order.
const unpack = ({layout, base64}) => {
  const bytes = Uint8Array.from(atob(base64), sign => sign.charCodeAt(0)), view = new DataView(bytes.buffer)
  const half = at => {
    const bits = view.getUint16(at, true), exponent = bits >> 10 & 31
    const size = ((bits & 1023) / 1024 + (exponent > 0)) * 2 ** (Math.max(exponent, 1) - 15)
    return bits >> 15 ? -size : size
  }
  let at = 0
  return Object.fromEntries(layout.map(([name, size, kind]) => {
    const read = kind === "f2" ? half : place => view.getFloat32(place, true), width = kind === "f2" ? 2 : 4
    const numbers = Float32Array.from({length: size}, (_, n) => read(at + n * width))
    at += size * width
    return [name, numbers]
  }))
}
