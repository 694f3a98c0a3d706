/** Which of two things came first, as far as anybody could tell. */
import type { Span } from "../kernel/History.ts"

/**
 * Whether `first` had ended before `second` did anything that others can tell.
 *
 * What was never executed anywhere, such as an answer from memory, counts from the moment at which it began.
 */
export const precedes = (first: Span, second: Span): boolean => {
  if (first.ended === undefined) return false
  if (second.executed !== undefined) return first.ended < second.executed
  return first.ended < second.began || (first.ended === second.began && first.client === second.client)
}
