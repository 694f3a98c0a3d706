/** A run once more: the choices that were written down, and the quietest ones after them. */
import type { Chooser } from "./Chooser.ts"

export const replay = (choices: ReadonlyArray<number>): Chooser => {
  let position = 0
  const chosen = (count: number) => Math.min(choices[position++] ?? 0, count - 1)
  return {
    // Only where there is a choice is one written down.
    pick: (options) => (options.length === 1 ? 0 : chosen(options.length)),
    happened: () => {},
    value: chosen,
    next: () => false
  }
}
