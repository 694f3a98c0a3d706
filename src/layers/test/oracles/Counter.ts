/** Counter: a passkey's signature counter never goes down; 0 to 0 is allowed. WebAuthn Level 3 §6.1.1, §7.2. */
import { type Effect, Exit } from "effect"
import type { Finished, Oracle } from "../Scenario.ts"
import { succeeded } from "./Answer.ts"
import { type Of, said } from "./Of.ts"
import { precedes } from "./Precedence.ts"
import { cut, moments, unanswered } from "./Sentence.ts"

export interface CounterSpec<R> {
  /** The counter that an action was accepted with, and whose it is. */
  readonly of: Of<{ readonly key: string; readonly value: number }>
  /** What is stored of it now. */
  readonly stored?: (key: string) => Effect.Effect<number, unknown, R>
}

/**
 * Acknowledged values of one key go up in every order that the moments allow, but an authenticator that does not count
 * sends 0 for ever. What is stored at the end is not below anything that was acknowledged.
 *
 * Evidence are successes: two of them that overlap are in the order that suits, except that the same value above 0
 * twice is an assertion accepted twice in any order. An unknown outcome is not counted.
 */
export const counter = <R = never>({ of, stored }: CounterSpec<R>): Oracle<unknown, R> => ({
  name: "Counter",
  judge: (run) => {
    const counted = said(run.history.actions, of).filter(({ action }) => succeeded(action))
    for (const { action: first, value: before } of counted) {
      for (const { action: second, value: after } of counted) {
        if (first === second || before.key !== after.key) continue
        const both = `the counter of ${cut(before.key)}`
        if (before.value === after.value && before.value > 0) {
          return `${both} was accepted twice with ${before.value} (${moments(first, second)})`
        }
        if (precedes(first, second) && after.value < before.value) {
          return `${both} went down from ${before.value} to ${after.value} (${moments(first, second)})`
        }
      }
    }
    return stored === undefined
      ? undefined
      : belowAcknowledged(
          run,
          counted.map(({ value }) => value),
          stored
        )
  }
})

const belowAcknowledged = <R>(
  run: Finished<unknown, R>,
  counted: ReadonlyArray<{ readonly key: string; readonly value: number }>,
  stored: (key: string) => Effect.Effect<number, unknown, R>
): string | undefined => {
  const highest = new Map<string, number>()
  for (const { key, value } of counted) highest.set(key, Math.max(value, highest.get(key) ?? 0))
  for (const [key, value] of highest) {
    const answer = run.ask(stored(key))
    if (Exit.isFailure(answer)) return unanswered(`what the counter of ${cut(key)} is`, answer)
    if (answer.value < value) {
      return `the counter of ${cut(key)} was accepted with ${value}, and ${answer.value} is stored`
    }
  }
  return undefined
}
