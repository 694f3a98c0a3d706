/** Running an operation many times by a fixed number of workers, and what that comes to. */

/** One repetition of an operation; it fails if the answer is not the right one. */
export type Repeat = () => Promise<void>

export interface Round {
  /** Operations a second. */
  readonly rate: number
  /** Milliseconds, the half and the nineteen twentieths of all repetitions that were faster. */
  readonly p50: number
  readonly p95: number
}

/** Each worker does the next repetition as soon as its last one is done, until `total` are. */
export const run = async (workers: ReadonlyArray<Repeat>, total: number): Promise<Round> => {
  const times: Array<number> = []
  let left = total
  const begin = performance.now()
  await Promise.all(
    workers.map(async (repeat) => {
      while (left > 0) {
        left -= 1
        const start = performance.now()
        await repeat()
        times.push(performance.now() - start)
      }
    })
  )
  const seconds = (performance.now() - begin) / 1000
  times.sort((a, b) => a - b)
  return { rate: total / seconds, p50: quantile(times, 0.5), p95: quantile(times, 0.95) }
}

/** Of each number, the median over the rounds. */
export const median = (rounds: ReadonlyArray<Round>): Round => {
  const middle = (numbers: ReadonlyArray<number>) =>
    quantile(
      numbers.toSorted((a, b) => a - b),
      0.5
    )
  return {
    rate: middle(rounds.map(({ rate }) => rate)),
    p50: middle(rounds.map(({ p50 }) => p50)),
    p95: middle(rounds.map(({ p95 }) => p95))
  }
}

const quantile = (sorted: ReadonlyArray<number>, part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
