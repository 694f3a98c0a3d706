/** A token for the admin API by the device grant: the person signs in with a browser, wherever it is. RFC 8628. */
import { Effect, Option, Schema } from "effect"
import { adminAudience, adminClient } from "../domain/AdminScope.ts"
import { deviceGrant } from "../domain/ClientMetadata.ts"
import { paths } from "../domain/Discovery.ts"

import { attempt, CliFailure } from "./CliFailure.ts"

const Begun = Schema.Struct({
  device_code: Schema.String,
  user_code: Schema.String,
  verification_uri_complete: Schema.String,
  interval: Schema.optionalKey(Schema.Number)
})

const Given = Schema.Struct({ access_token: Schema.String })

const Refused = Schema.Struct({ error: Schema.String, error_description: Schema.optionalKey(Schema.String) })

/** The token, after somebody has said yes; what they have to do is told on standard error. */
export const deviceToken = Effect.fnUntraced(function* (issuer: string, scope: string) {
  const form = { client_id: adminClient, resource: adminAudience(issuer) }
  const begun = yield* decoded(Begun, yield* post(issuer + paths.deviceAuthorization, { ...form, scope }))
  console.error(`Open ${begun.verification_uri_complete}\nand sign in; the code there is ${begun.user_code}.`)
  const poll = { ...form, grant_type: deviceGrant, device_code: begun.device_code }
  let wait = begun.interval ?? 5
  for (;;) {
    yield* Effect.sleep(wait * 1000)
    const answer = yield* post(issuer + paths.token, poll)
    const given = Schema.decodeUnknownOption(Given)(answer)
    if (Option.isSome(given)) return given.value.access_token
    const { error } = yield* decoded(Refused, answer)
    if (error === "slow_down") wait += 5
    else if (error !== "authorization_pending") return yield* new CliFailure({ message: `no token: ${error}` })
  }
})

const post = (url: string, form: Readonly<Record<string, string>>) =>
  attempt("the provider does not answer", async (): Promise<unknown> => {
    const response = await fetch(url, { method: "POST", body: new URLSearchParams(form) })
    return response.json()
  })

/** The answer, or what it says instead. */
const decoded = <A, I>(schema: Schema.Codec<A, I>, answer: unknown) =>
  Schema.decodeUnknownEffect(schema)(answer).pipe(
    Effect.mapError(() => {
      const refused = Option.getOrUndefined(Schema.decodeUnknownOption(Refused)(answer))
      const why = refused === undefined ? "it answers something else" : (refused.error_description ?? refused.error)
      return new CliFailure({ message: `the provider gives no token: ${why} (npx hapax admin create?)` })
    })
  )
