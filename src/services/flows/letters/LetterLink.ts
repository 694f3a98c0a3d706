/**
 * The link in a letter: what it says travels in it, sealed, and nothing is stored before its button is pressed.
 * docs/decisions/0022-mailed-login.md.
 */
import { Effect, type Schema } from "effect"
import { AttemptId } from "../../../domain/Ids.ts"
import { linkedPage } from "../../../domain/PagePath.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { Sealer } from "../../ports/Sealer.ts"
import { openerOf } from "../Sealed.ts"
import { StepRefused } from "../SealedStep.ts"

/** The address to put into the letter: a page of ours, with what it has to know. */
export const letterLink = Effect.fnUntraced(function* (path: string, link: unknown) {
  const { issuer } = yield* ProviderConfig
  const token = yield* Sealer.use((sealer) => sealer.seal("link", link))
  return `${issuer}${linkedPage(path, token)}`
})

/** Opens the links of one kind of letter. Looking at one uses nothing up, however late it is. */
export const letterLinkOpener = <S extends Schema.ConstraintDecoder<unknown>>(schema: S) => {
  const open = openerOf("link", schema)
  return Effect.fnUntraced(function* (token: string) {
    return (yield* open(token)) ?? (yield* new StepRefused({ problem: "malformed" }))
  })
}

/**
 * The attempt of one browser at one letter. It is made of both and not drawn: whoever presses again because an answer
 * was lost is the one who pressed before, and every other browser is refused.
 */
export const letterAttempt = Effect.fnUntraced(function* (ticket: string, browserSecret: string) {
  const tag = yield* Sealer.use((sealer) => sealer.tag("attempt", JSON.stringify([ticket, browserSecret])))
  return AttemptId.make(tag)
})
