/** Data as text, to look it up by: equal texts for equal data, and no text for what is more than data. */
import { isData } from "./SameData.ts"

const known = new WeakMap<object, string | null>()

/** The text of a value; undefined if it holds something that text cannot tell from another (a function, a secret). */
export const fingerprint = (value: unknown): string | undefined => {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value)
    case "number":
    case "boolean":
    case "undefined":
      return String(value)
    case "bigint":
      return `${value}n`
    case "object":
      return value === null ? "null" : fingerprintOf(value)
    default:
      return undefined
  }
}

/** Values of storage are never changed in place, so an object's text is made once. */
const fingerprintOf = (value: object): string | undefined => {
  const before = known.get(value)
  if (before !== undefined) return before ?? undefined
  const made = Array.isArray(value) ? ofList(value) : isData(value) ? ofRecord(value) : undefined
  known.set(value, made ?? null)
  return made
}

const ofList = (values: ReadonlyArray<unknown>): string | undefined => {
  let text = "["
  for (const value of values) {
    const one = fingerprint(value)
    if (one === undefined) return undefined
    text += `${one},`
  }
  return `${text}]`
}

const ofRecord = (value: object): string | undefined => {
  let text = `${value.constructor?.name ?? ""}{`
  for (const key of Object.keys(value)) {
    const one = fingerprint((value as Record<string, unknown>)[key])
    if (one === undefined) return undefined
    text += `${key}:${one},`
  }
  return `${text}}`
}
