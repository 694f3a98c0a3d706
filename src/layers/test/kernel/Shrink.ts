/**
 * Making a schedule that breaks a property smaller, for as long as it breaks it: fewer faults, then choices nearer to
 * 0, then fewer of them. Choice 0 is the quietest everywhere, so what is left is what matters.
 */

/** A schedule as it was run: its choices, and how many faults befell it. */
export interface Tried {
  readonly choices: ReadonlyArray<number>
  readonly faults: number
}

/** At most so many runs are spent on one schedule; a long one is then as small as it got. */
const patience = 3_000

/** `run` makes a schedule of choices again: undefined if it no longer breaks the same property. */
export const shrink = (from: Tried, run: (choices: ReadonlyArray<number>) => Tried | undefined): Tried => {
  let best: Tried = { ...from, choices: trimmed(from.choices) }
  let left = patience
  for (let isBetter = true; isBetter && left > 0;) {
    isBetter = false
    for (const candidate of smaller(best.choices)) {
      if (left-- <= 0) break
      const tried = run(candidate)
      if (tried === undefined) continue
      const made = { ...tried, choices: trimmed(tried.choices) }
      if (compare(made, best) < 0) {
        best = made
        isBetter = true
        break
      }
    }
  }
  return best
}

/** What was not chosen is 0, so zeros at the end say nothing. */
const trimmed = (choices: ReadonlyArray<number>): ReadonlyArray<number> =>
  choices.slice(0, choices.findLastIndex((choice) => choice !== 0) + 1)

/** Which of two schedules is the smaller one: negative if it is the first. */
const compare = (a: Tried, b: Tried): number =>
  a.faults - b.faults ||
  sum(a.choices) - sum(b.choices) ||
  a.choices.length - b.choices.length ||
  earlier(a.choices, b.choices)

const sum = (choices: ReadonlyArray<number>): number => choices.reduce((total, choice) => total + choice, 0)

/** Of two with the same sum, the one whose choices come later leaves the beginning quiet. */
const earlier = (a: ReadonlyArray<number>, b: ReadonlyArray<number>): number => {
  const index = a.findIndex((choice, at) => choice !== b[at])
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0)
}

/** Smaller candidates, the boldest first: halves cut off, choices left out, choices made 0, choices made less. */
function* smaller(choices: ReadonlyArray<number>): Generator<ReadonlyArray<number>> {
  for (let size = choices.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at + size <= choices.length; at += size) {
      yield [...choices.slice(0, at), ...choices.slice(at + size)]
      if (choices.slice(at, at + size).some((choice) => choice !== 0)) {
        yield choices.map((choice, index) => (index >= at && index < at + size ? 0 : choice))
      }
    }
  }
  for (const [at, choice] of choices.entries()) {
    for (let less = 0; less < choice; less++) yield choices.with(at, less)
  }
}
