/** Which moments of a run a violation is about: those its oracle names, or else the race that it looks like. */
import type { Moment } from "../kernel/History.ts"
import type { Violation } from "../kernel/Judge.ts"
import { conflict } from "./Conflict.ts"

/** The numbers of the steps to point at. */
export const offendingOf = (
  moments: ReadonlyArray<Moment>,
  { moments: named, sentence }: Violation
): ReadonlySet<number> => {
  const said = named ?? momentsIn(sentence)
  if (said.length > 0) return new Set(said)
  const executed = moments.filter(({ place, what }) => place !== undefined && what !== "hears")
  const faulty = moments.filter(({ fault }) => fault !== undefined)
  const pair = lastPair(executed, true) ?? lastPair(executed, false) ?? []
  return new Set([...pair, ...faulty].map(({ step }) => step))
}

/** The moments that a sentence names: `moment 8`, `moments 8, 9 and 10`. */
const momentsIn = (sentence: string): ReadonlyArray<number> =>
  [...sentence.matchAll(/\bmoments? (\d+(?:(?:,| and) \d+)*)/g)].flatMap(([, list = ""]) =>
    [...list.matchAll(/\d+/g)].map(([number]) => Number(number))
  )

/** The last call that somebody else's before it was in conflict with, and that one; of the same name if `alike`. */
const lastPair = (executed: ReadonlyArray<Moment>, alike: boolean): ReadonlyArray<Moment> | undefined => {
  for (let later = executed.length - 1; later >= 0; later--) {
    const second = executed[later] as Moment
    const first = executed
      .slice(0, later)
      .findLast(
        ({ access, operation, who }) =>
          who !== second.who && (!alike || operation === second.operation) && conflict(access, second.access)
      )
    if (first !== undefined) return [first, second]
  }
  return undefined
}
