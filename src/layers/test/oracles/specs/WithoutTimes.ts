/** An answer without its times: whether there is one is compared, when it was is not. */

/** Milliseconds since the epoch are above this; a duration or a count is not. */
const leastTime = 100_000_000_000

const known = new WeakMap<object, string>()

/** The text of all that is data in an answer, of a class, an error or a record. */
export const withoutTimes = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null) return timeless("", value)
  const before = known.get(value)
  if (before !== undefined) return before
  const made = JSON.stringify(value instanceof Error ? fieldsOf(value) : value, timeless)
  known.set(value, made)
  return made
}

const timeless = (_key: string, value: unknown): unknown =>
  typeof value === "number" && value > leastTime ? "a time" : value

/** The fields of an error that are what it says, not where it was made. */
const fieldsOf = (error: Error): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(error).filter(([name]) => name !== "stack" && name !== "message"))
