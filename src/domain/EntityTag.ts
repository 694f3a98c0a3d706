/** Entity tags, by which a change names the state that it was made from. RFC 9110 §8.8.3 and §13.1. */
import { Result } from "effect"

/** What tells one state from every other. With its first moment, what is deleted and made anew is told apart too. */
export interface State {
  readonly version: number
  readonly createdAt?: number
}

/** Opaque to whoever gets it. */
export const tagOf = ({ createdAt, version }: State): string =>
  `"${version}${createdAt === undefined ? "" : `-${createdAt.toString(36)}`}"`

/** The states that a change may be made from. */
export type Expected = "any" | ReadonlyArray<string>

const list = /^(?:W\/)?"[\x21\x23-\x7e\x80-\uffff]*"(?:[ \t]*,[ \t]*(?:W\/)?"[\x21\x23-\x7e\x80-\uffff]*")*$/

/** The value of If-Match or If-None-Match. */
export const readTags = (header: string): Result.Result<Expected, "malformed"> => {
  const text = header.trim()
  if (text === "*") return Result.succeed("any")
  if (text.length > 1000 || !list.test(text)) return Result.fail("malformed")
  return Result.succeed(text.match(/(?:W\/)?"[^"]*"/g) ?? [])
}

/** Compared strongly, as If-Match is: a weak tag is none. §13.1.1. */
export const isExpected = (expected: Expected, state: State): boolean =>
  expected === "any" || expected.includes(tagOf(state))

/** Whether a state may be written over the one that is there, if any; null expects none. §13.1.1, §13.1.2. */
export const maySave = (expected: Expected | null, before: State | undefined): boolean =>
  before === undefined ? expected === null || expected === "any" : expected !== null && isExpected(expected, before)

/** Compared weakly, as If-None-Match is. §13.1.2. */
export const isKnown = (known: Expected, tag: string): boolean =>
  known === "any" || known.some((one) => one.replace(/^W\//, "") === tag)
