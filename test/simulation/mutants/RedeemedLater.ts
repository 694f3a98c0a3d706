/** A code that is redeemed some seconds after its user signed in, and what its ID token must say: when that was. */
import { Effect } from "effect"
import { toSeconds } from "../../../src/domain/Lifetime.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import type { Oracle } from "../../../src/layers/test/Scenario.ts"
import type { TokenResponse } from "../../../src/services/flows/token/IssueTokens.ts"
import { redeem, withCode, type WithCode } from "../Scene.ts"

/** The claims of a token, whoever signed it. */
const claimsOf = (token: string): { readonly auth_time?: number } =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString())

/** OIDC Core §2: the time when the End-User authentication occurred. */
const authTime: Oracle<WithCode, never> = {
  name: "Auth time",
  judge: ({ history, scene }) => {
    const login = toSeconds(scene.session.authentication.authTime)
    for (const action of history.actions) {
      const token = (valueOf(action) as TokenResponse | undefined)?.id_token
      const said = token === undefined ? login : claimsOf(token).auth_time
      if (said !== login) return `${action.client}'s ID token says auth_time ${said}, the login was at ${login}`
    }
    return undefined
  }
}

export const redeemedLater = {
  setup: withCode,
  clients: (scene: WithCode) => ({ client: Effect.andThen(Effect.sleep("20 seconds"), act("redeem", redeem(scene))) }),
  oracles: [authTime]
}
