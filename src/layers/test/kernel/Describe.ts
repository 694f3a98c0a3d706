/** What an answer says, in a few words, for a table or a picture. */
import { Cause, Exit } from "effect"

const longest = 60

/** "ok", a value, or the name and reason of a failure. */
export const describe = (exit: Exit.Exit<unknown, unknown>): string => {
  if (Exit.isSuccess(exit)) return exit.value === undefined ? "ok" : `ok ${describeValue(exit.value)}`
  const [reason] = exit.cause.reasons
  if (reason === undefined || Cause.isInterruptReason(reason)) return "interrupted"
  return reason._tag === "Fail" ? describeError(reason.error) : `defect: ${firstLine(String(reason.defect))}`
}

const describeError = (error: unknown): string => {
  if (typeof error !== "object" || error === null) return String(error)
  const { _tag, reason } = error as { readonly _tag?: unknown; readonly reason?: unknown }
  const name = typeof _tag === "string" ? _tag : error.constructor.name
  return typeof reason === "string" ? `${name}: ${reason}` : name
}

const describeValue = (value: unknown): string => {
  if (typeof value !== "object" || value === null) return cut(String(value))
  if (Array.isArray(value)) return `${value.length} values`
  const { _tag } = value as { readonly _tag?: unknown }
  return typeof _tag === "string" ? _tag : value.constructor.name === "Object" ? keysOf(value) : value.constructor.name
}

const keysOf = (value: object): string => cut(`{ ${Object.keys(value).join(", ")} }`)

const firstLine = (text: string): string => cut(text.split("\n")[0] ?? "")

const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text)
