/**
 * The constant-time comparison, measured: attacks, "Timing". The method is dudect's (Reparaz, Balasch, Verbauwhede).
 *
 * Two classes of inputs are compared with one secret: those that differ in the first byte, and those that differ in the
 * last. A sample is the time of a batch of comparisons of one class; the classes alternate in a random order, so that
 * whatever else the machine does falls upon both. The slowest samples of both together are cropped (they measure the
 * scheduler), and Welch's t says whether the means differ.
 *
 * It must not be flaky on a busy machine. Noise is added to both classes alike and can only hide a difference; so the
 * round is repeated, and the median of |t| decides: one disturbed round in each direction changes nothing. The inputs
 * are far longer than any digest (8,192 bytes), so that a comparison that stops at the first difference is faster by
 * microseconds and not by nanoseconds. Each class has many inputs, all of one length, each a flat string of its own:
 * what one place in memory costs more than another is in the mean of both. The two controls show that the instrument
 * works: it sees a comparison that leaks, and it sees nothing where both classes are the same.
 */
import { randomBytes, randomInt } from "node:crypto"
import { expect, test } from "vitest"
import { equal } from "../../src/domain/ConstantTime.ts"

const length = 8192
const inputs = 64
const samples = 600
const batch = 8
const rounds = 5
/** The share of samples that is kept. */
const kept = 0.8
const threshold = 10

type Compare = (a: string, b: string) => boolean

const secret = randomBytes(length / 2).toString("hex")

/** The secret, but for one character, as a string of its own. */
const differingAt = (index: number): string => {
  const bytes = Buffer.from(secret, "latin1")
  bytes[index] = bytes[index] === 0x30 ? 0x31 : 0x30
  return bytes.toString("latin1")
}

const classOf = (index: number): ReadonlyArray<string> => Array.from({ length: inputs }, () => differingAt(index))

const first = classOf(0)
const last = classOf(length - 1)
const middle = [classOf(length / 2), classOf(length / 2)] as const

/** Nanoseconds of one batch. */
const timeOf = (compare: Compare, given: ReadonlyArray<string>): number => {
  const from = randomInt(inputs)
  let same = 0
  const before = process.hrtime.bigint()
  for (let i = 0; i < batch; i++) if (compare(given[(from + i) % inputs] ?? "", secret)) same += 1
  const after = process.hrtime.bigint()
  return same === 0 ? Number(after - before) : NaN
}

const meanAndVariance = (values: ReadonlyArray<number>) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  return { mean, error: variance / values.length }
}

/** Welch's t of one round. */
const welch = (compare: Compare, a: ReadonlyArray<string>, b: ReadonlyArray<string>): number => {
  const order = Array.from({ length: samples }, (_, index) => ({ index, draw: randomInt(2 ** 32) }))
  const measured = order
    .toSorted((x, y) => x.draw - y.draw)
    .map(({ index }) => ({ ofA: index % 2 === 0, time: timeOf(compare, index % 2 === 0 ? a : b) }))
  const times = measured.map(({ time }) => time).toSorted((x, y) => x - y)
  const crop = times[Math.floor(times.length * kept)] ?? Infinity
  const [ofA, ofB] = [true, false].map((which) =>
    meanAndVariance(measured.flatMap(({ ofA: isA, time }) => (isA === which && time <= crop ? [time] : [])))
  )
  return ((ofA?.mean ?? 0) - (ofB?.mean ?? 0)) / Math.sqrt((ofA?.error ?? 0) + (ofB?.error ?? 0) + Number.EPSILON)
}

/** The median of |t| of all rounds; two rounds before them, which compile everything, do not count. */
const leak = (compare: Compare, a: ReadonlyArray<string>, b: ReadonlyArray<string>): number => {
  for (let i = 0; i < 2; i++) welch(compare, a, b)
  const all = Array.from({ length: rounds }, () => Math.abs(welch(compare, a, b)))
  return all.toSorted((x, y) => x - y)[Math.floor(rounds / 2)] ?? Infinity
}

const encoder = new TextEncoder()

/** What must never be written: all else is as in ours, and it stops at the first difference. */
const leaky: Compare = (a, b) => {
  const [x, y] = [encoder.encode(a), encoder.encode(b)]
  if (x.length !== y.length) return false
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false
  return true
}

test("positive control: a comparison that stops at the first difference is seen, |t| > 10", () => {
  expect(leak(leaky, first, last)).toBeGreaterThan(threshold)
})

test("A/A control: two classes of the same kind are not told apart, |t| < 10", () => {
  expect(leak(equal, ...middle)).toBeLessThan(threshold)
  expect(leak(leaky, ...middle)).toBeLessThan(threshold)
})

test("the comparison of secrets takes as long for the first byte as for the last, |t| < 10", () => {
  expect(leak(equal, first, last)).toBeLessThan(threshold)
})

test("texts of unequal length are different, and nothing throws", () => {
  expect([equal("a", "ab"), equal("", "a"), equal("ab", "a"), equal("", "")]).toEqual([false, false, false, true])
  expect([equal("é", "e"), equal(secret, `${secret} `), equal(secret, differingAt(7))]).toEqual([false, false, false])
  expect(equal(secret, Buffer.from(secret).toString())).toBe(true)
})
