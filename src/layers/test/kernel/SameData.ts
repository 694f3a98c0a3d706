/** Telling whether two answers are the same: equal data is, and what is more than data only if it is the same thing. */
import { Exit, Redacted } from "effect"

/** Whether two values hold the same data. A function, a map or a secret is the same only as itself. */
export const isSameData = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false
  if (Array.isArray(a)) return Array.isArray(b) && isSameList(a, b)
  return a.constructor === b.constructor && isData(a) && isSameRecord(a as Fields, b as Fields)
}

type Fields = Readonly<Record<string, unknown>>

/** What keeps its content elsewhere than in its fields is not compared by them. */
export const isData = (value: object): boolean =>
  !(value instanceof Map || value instanceof Set || value instanceof Date || ArrayBuffer.isView(value)) &&
  !Redacted.isRedacted(value)

const isSameList = (a: ReadonlyArray<unknown>, b: ReadonlyArray<unknown>): boolean => {
  if (a.length !== b.length) return false
  for (let index = 0; index < a.length; index++) if (!isSameData(a[index], b[index])) return false
  return true
}

const isSameRecord = (a: Fields, b: Fields): boolean => {
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  for (const key of keys) if (!(key in b) || !isSameData(a[key], b[key])) return false
  return true
}

/** Whether two calls ended in the same way; a defect is like no other. */
export const isSameExit = (a: Exit.Exit<unknown, unknown>, b: Exit.Exit<unknown, unknown>): boolean => {
  if (a === b) return true
  if (Exit.isSuccess(a)) return Exit.isSuccess(b) && isSameData(a.value, b.value)
  if (Exit.isSuccess(b) || a.cause.reasons.length !== 1 || b.cause.reasons.length !== 1) return false
  const [one] = a.cause.reasons
  const [other] = b.cause.reasons
  return one?._tag === "Fail" && other?._tag === "Fail" && isSameData(one.error, other.error)
}
