/** Family: of all refresh tokens that a family ever gave, at most one is live; after reuse, none. RFC 9700 §4.14.2. */
import { type Effect, Exit } from "effect"
import type { Finished, Oracle } from "../Scenario.ts"
import { all, cut, unanswered } from "./Sentence.ts"

export interface FamilyToken {
  readonly family: string
  readonly token: string
}

export interface FamilySpec<S, R> {
  /** All tokens that clients hold, those of the set-up too. The same one twice is one. */
  readonly tokens: (run: Finished<S, R>) => Iterable<FamilyToken>
  /** Whether a token could still be used as the head. It must not change anything: it is asked for each. */
  readonly isLive: (token: string) => Effect.Effect<boolean, unknown, R>
  /** The families of which somebody was told that a token was used again. */
  readonly reused?: (run: Finished<S, R>) => Iterable<string>
}

/**
 * At most one live head of a family, and none after a reuse.
 *
 * Evidence are the tokens that were heard of: one that was given to a client that hung up is nobody's, and is not asked
 * about. A family without a live head is no violation here: whoever may be without one, `noBurn` says.
 */
export const family = <S, R>({ isLive, reused, tokens }: FamilySpec<S, R>): Oracle<S, R> => ({
  name: "Family",
  judge: (run) => {
    const families = new Map<string, Set<string>>()
    for (const { family: name, token } of tokens(run)) {
      const known = families.get(name)
      if (known === undefined) families.set(name, new Set([token]))
      else known.add(token)
    }
    const reusedFamilies = new Set(reused?.(run))
    for (const [name, given] of families) {
      const live: Array<string> = []
      for (const token of given) {
        const answer = run.ask(isLive(token))
        if (Exit.isFailure(answer)) return unanswered(`whether the token ${end(token)} is live`, answer)
        if (answer.value) live.push(token)
      }
      if (live.length > 1) return `the family ${cut(name)} has ${live.length} live tokens: ${all(live.map(end))}`
      if (live.length > 0 && reusedFamilies.has(name)) {
        return `a token of the family ${cut(name)} was used again, and ${all(live.map(end))} is still live`
      }
    }
    return undefined
  }
})

/** Tokens of a family begin alike, so people tell them by their ends. */
const end = (token: string): string => (token.length > 8 ? `…${token.slice(-6)}` : token)
