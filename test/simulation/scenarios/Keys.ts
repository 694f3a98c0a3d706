/**
 * Races over the first keys that sign. OIDC Core §10.1.1: whatever was signed verifies with what was published before
 * it expires. Who makes them, and what a copy in an isolate may be behind of; how keys are replaced: `KeyRotation.ts`.
 */
import { Effect, Exit } from "effect"
import type { SigningKey } from "../../../src/domain/SigningKey.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { keys as keysOracle } from "../../../src/layers/test/oracles/Keys.ts"
import type { TokenResponse } from "../../../src/services/flows/token/IssueTokens.ts"
import { currentRing, jwks, signingKey } from "../../../src/services/flows/keys/Keys.ts"
import { SigningKeys } from "../../../src/services/storage/SigningKeys.ts"
import { userInfo } from "../../../src/services/flows/UserInfo.ts"
import type { ActionRecord } from "../../../src/layers/test/kernel/History.ts"
import { succeeded, valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import type { Entry } from "../Entry.ts"
import { codeWithoutKeys, redeem } from "../Scene.ts"
import { ownerIsServed } from "./Codes.ts"
import { actionsOf, patient, race, type Rule } from "./Race.ts"
import { finishes } from "./Rules.ts"

interface Jwks {
  readonly keys: ReadonlyArray<{ readonly kid: string }>
}

const kidOf = (token: string): string =>
  (JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()) as { readonly kid: string }).kid

/** Every token verifies with every JWKS that anybody was given. */
const allVerify: Rule = keysOracle({
  tokens: (action) =>
    action.action === "redeem" && succeeded(action) ? (valueOf(action) as TokenResponse).access_token : undefined,
  jwks: (action) => (action.action === "jwks" ? valueOf(action) : undefined),
  verifies: (token, shown) => (shown as Jwks).keys.some(({ kid }) => kid === kidOf(token))
})

const kidsOf = (action: ActionRecord): string => (valueOf(action) as Jwks).keys.map(({ kid }) => kid).join(" ")

/** Of all who make the first keys, one does: everybody is shown the same ones, and there are two, one an algorithm. */
export const oneSet: Rule = {
  name: "Keys",
  judge: ({ history }) => {
    const shown = new Set(history.actions.filter((a) => a.action === "jwks" && succeeded(a)).map(kidsOf))
    const [kids = "a b"] = shown
    if (shown.size > 1) return `${shown.size} sets of keys were published`
    return kids.split(" ").length === 2 ? undefined : `the keys ${kids} are published`
  }
}

/** The first key of a kind is made once: whoever signs with it signs with the one that is in the ring. */
const oneOfAKind: Rule = {
  name: "Keys",
  judge: (run) => {
    const ring = run.ask(SigningKeys.ring())
    if (!Exit.isSuccess(ring)) return "nobody can say which keys there are"
    const kept = ring.value.keys.filter(({ alg }) => alg === "PS256").map(({ kid }) => kid)
    const used = actionsOf(run, "sign")
      .filter(succeeded)
      .map((action) => (valueOf(action) as SigningKey).kid)
    if (kept.length > 1) return `there are ${kept.length} keys of one kind`
    return used.every((kid) => kept.includes(kid)) ? undefined : "somebody signs with a key that is not in the ring"
  }
}

const installing = (name: string, isolates: Readonly<Record<string, string>>, atMost = 1): Entry =>
  race({
    name,
    atMost,
    isolates,
    setup: Effect.succeed({}),
    clients: () => ({ first: act("jwks", patient(jwks())), second: act("jwks", patient(jwks())) }),
    oracles: [oneSet, finishes]
  })

export const keys: ReadonlyArray<Entry> = [
  race({
    name: "first token of a kind/first token of a kind",
    setup: Effect.as(currentRing(), {}),
    clients: () => ({
      first: act("sign", patient(signingKey("PS256"))),
      second: act("sign", patient(signingKey("PS256")))
    }),
    oracles: [oneOfAKind, finishes]
  }),
  installing("first request/first request", {}),
  installing("first request/first request, two faults", {}, 2),
  installing("first request/first request in one isolate", { first: "isolate", second: "isolate" }),
  race({
    name: "first request, and again after 503, two faults",
    atMost: 2,
    setup: Effect.succeed({}),
    clients: () => ({
      client: Effect.andThen(act("jwks", patient(jwks())), act("jwks", patient(jwks())))
    }),
    oracles: [oneSet, finishes]
  }),
  race({
    // The keys are there before the code is spent, so a ring that cannot be reached costs nobody a code.
    name: "redeem with the first keys/look at the keys",
    setup: codeWithoutKeys,
    clients: (scene) => ({
      client: act("redeem", patient(redeem(scene))),
      reader: act("jwks", patient(jwks()))
    }),
    oracles: [oneSet, allVerify, ownerIsServed, finishes]
  }),
  race({
    name: "redeem with the first keys and userinfo/look at the keys",
    setup: codeWithoutKeys,
    clients: (scene) => ({
      client: Effect.gen(function* () {
        const { access_token } = yield* act("redeem", patient(redeem(scene)))
        return yield* act("userinfo", patient(userInfo(access_token)))
      }),
      reader: Effect.andThen(act("jwks", patient(jwks())), act("jwks", patient(jwks())))
    }),
    oracles: [oneSet, allVerify, finishes]
  })
]
