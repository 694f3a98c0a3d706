/** Isolation: no answer carries what belongs to somebody else. */
import { Cause, Exit, Redacted } from "effect"
import type { Oracle } from "../Scenario.ts"
import { cut } from "./Sentence.ts"

export interface IsolationSpec<S> {
  /** What only one client may see, by the client's name. What is also one's own is not another's. */
  readonly secrets: (scene: S) => Readonly<Record<string, ReadonlyArray<string>>>
}

/**
 * No answer of a client, good or bad, contains a string of another.
 *
 * Evidence is every answer of an action and of the program as a whole, all that is in it: errors, lists, maps, bytes as
 * text, and what is redacted for the log. An answer that nobody heard is not looked at.
 */
export const isolation = <S>({ secrets }: IsolationSpec<S>): Oracle<S, never> => ({
  name: "Isolation",
  judge: ({ answers, history, scene }) => {
    const owners = Object.entries(secrets(scene))
    const foreign = (client: string, exit: Exit.Exit<unknown, unknown> | undefined, where: string) => {
      if (exit === undefined) return undefined
      const own = owners.find(([name]) => name === client)?.[1] ?? []
      for (const [owner, theirs] of owners) {
        const seen = theirs.find(
          (secret) => !own.includes(secret) && textsOf(exit).some((text) => text.includes(secret))
        )
        if (seen !== undefined) return `${client} was told ${cut(seen)}, which is ${owner}'s (${where})`
      }
      return undefined
    }
    for (const { action, client, ended, result } of history.actions) {
      const found = foreign(client, result, `${action}, moment ${ended}`)
      if (found !== undefined) return found
    }
    for (const [client, exit] of answers) {
      const found = foreign(client, exit, "its last answer")
      if (found !== undefined) return found
    }
    return undefined
  }
})

const known = new WeakMap<object, ReadonlyArray<string>>()

/** All texts in an answer. Answers are the same objects in many runs, so they are read once. */
const textsOf = (exit: Exit.Exit<unknown, unknown>): ReadonlyArray<string> => {
  const before = known.get(exit)
  if (before !== undefined) return before
  const texts: Array<string> = []
  const seen = new Set<object>()
  if (Exit.isSuccess(exit)) collect(exit.value, texts, seen)
  else {
    for (const reason of exit.cause.reasons) {
      if (Cause.isFailReason(reason)) collect(reason.error, texts, seen)
      else if (Cause.isDieReason(reason)) collect(reason.defect, texts, seen)
    }
  }
  known.set(exit, texts)
  return texts
}

const collect = (value: unknown, texts: Array<string>, seen: Set<object>): void => {
  if (typeof value === "string") texts.push(value)
  if (typeof value !== "object" || value === null || seen.has(value)) return
  seen.add(value)
  if (Redacted.isRedacted(value)) return collect(Redacted.value(value), texts, seen)
  if (value instanceof URL) texts.push(value.href)
  if (value instanceof Uint8Array) texts.push(new TextDecoder().decode(value))
  else if (value instanceof Map) for (const entry of value) collect(entry, texts, seen)
  else if (value instanceof Set) for (const entry of value) collect(entry, texts, seen)
  else if (value instanceof Error) texts.push(value.message)
  if (ArrayBuffer.isView(value)) return
  for (const [key, entry] of Object.entries(value)) {
    texts.push(key)
    collect(entry, texts, seen)
  }
}
