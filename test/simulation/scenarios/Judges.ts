/** Provisional oracles. */
import { Cause, type Effect, Exit } from "effect"
import type { Finished, Oracle } from "../../../src/layers/test/Scenario.ts"
import type { ActionRecord } from "../../../src/layers/test/kernel/History.ts"

export type Of<A> = (action: ActionRecord) => A | undefined

const group = (run: Finished<never, never>, of: Of<string>) => {
  const found = new Map<string, Array<ActionRecord>>()
  for (const action of run.history.actions) {
    const key = of(action)
    if (key !== undefined) found.set(key, [...(found.get(key) ?? []), action])
  }
  return found
}
export const once = <S, R>({ of, thing }: { thing: string; of: Of<string> }): Oracle<S, R> => ({
  name: "Once",
  judge: (run) => {
    for (const [key, actions] of group(run as never, of)) {
      const n = actions.filter(({ result }) => result !== undefined && Exit.isSuccess(result)).length
      if (n > 1) return `${thing} ${key} was given ${n} times`
    }
    return undefined
  }
})
export const noBurn = <S, R>(o: {
  thing: string
  of: Of<string>
  refused: (error: unknown) => boolean
  unless?: (run: Finished<S, R>) => boolean
}): Oracle<S, R> => ({
  name: "No burn",
  judge: (run) => {
    if (o.unless?.(run)) return undefined
    for (const [key, actions] of group(run as never, o.of)) {
      const all = actions.every(
        ({ result }) =>
          result !== undefined &&
          Exit.isFailure(result) &&
          result.cause.reasons.some((r) => Cause.isFailReason(r) && o.refused(r.error))
      )
      if (all) return `${o.thing} ${key} was refused to everybody`
    }
    return undefined
  }
})
export const durability = <S, R>(o: {
  kept: (run: Finished<S, R>) => Iterable<{ what: string; question: Effect.Effect<boolean, unknown, R> }>
}): Oracle<S, R> => ({
  name: "Durability",
  judge: (run) => {
    const all = [...o.kept(run)]
    for (const when of ["", " after a restart"]) {
      for (const { question, what } of all) {
        const answer = run.ask(question)
        if (!Exit.isSuccess(answer)) return `${what}: cannot be asked${when}`
        if (!answer.value) return `${what}: not so${when}`
      }
      run.restart()
    }
    return undefined
  }
})
export const revocation = <S, R>(o: {
  revoked: Of<string>
  accepted: Of<string>
  boundMillis?: number
}): Oracle<S, R> => ({
  name: "Revocation",
  judge: (run) => {
    const revoked = group(run as never, o.revoked)
    for (const [key, actions] of group(run as never, o.accepted)) {
      for (const end of revoked.get(key) ?? []) {
        if (end.ended === undefined || end.result === undefined || !Exit.isSuccess(end.result)) continue
        for (const accepted of actions) {
          if (accepted.result === undefined || !Exit.isSuccess(accepted.result)) continue
          if (accepted.executed !== undefined && accepted.executed > end.ended)
            return `${key}: ${accepted.action} was accepted after ${end.action} was acknowledged`
        }
      }
    }
    return undefined
  }
})
export const family = <S, R>(o: {
  tokens: (run: Finished<S, R>) => Iterable<{ family: string; token: string }>
  isLive: (token: string) => Effect.Effect<boolean, unknown, R>
  reused?: (run: Finished<S, R>) => Iterable<string>
}): Oracle<S, R> => ({
  name: "Family",
  judge: (run) => {
    const live = new Map<string, Set<string>>()
    for (const { family: f, token } of o.tokens(run)) {
      const a = run.ask(o.isLive(token))
      if (Exit.isSuccess(a) && a.value) live.set(f, (live.get(f) ?? new Set()).add(token))
    }
    for (const [f, tokens] of live) if (tokens.size > 1) return `${f} has ${tokens.size} heads`
    for (const f of o.reused?.(run) ?? []) if (live.has(f)) return `${f} lives after reuse`
    return undefined
  }
})
