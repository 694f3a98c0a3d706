/**
 * Races over keys that come and go. OIDC Core §10.1.1: whatever was signed verifies with every JWKS that a client may
 * still hold, with crons that come twice, late or not at all, Workers and objects of two versions, and clocks apart;
 * and what an emergency withdrew is believed by nobody once its bound is over.
 */
import { Effect, Exit, Layer, Option } from "effect"
import type { SigningAlg } from "../../../src/domain/ClientMetadata.ts"
import { rulesOf, stageOf } from "../../../src/domain/KeyRotation.ts"
import { defaultSettings } from "../../../src/domain/Settings.ts"
import { clockMargin, copyLifetime, jwksMaxAge, published, signing } from "../../../src/domain/SigningKey.ts"
import { keyRingSteps, keyRingTables } from "../../../src/layers/objects/KeyRingSteps.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { OtherVersions } from "../../../src/layers/test/models/ObjectVersion.ts"
import { succeeded, valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { keys as keysOracle } from "../../../src/layers/test/oracles/Keys.ts"
import { ofNamed } from "../../../src/layers/test/oracles/Of.ts"
import { revocation } from "../../../src/layers/test/oracles/Revocation.ts"
import { currentRing, jwks, makeKey, signingKey, verify, verifyNow } from "../../../src/services/flows/keys/Keys.ts"
import { withdrawKeys } from "../../../src/services/flows/operator/ManageKeys.ts"
import { rotateKeys } from "../../../src/services/flows/keys/RotateKeys.ts"
import { Signer } from "../../../src/services/ports/Signer.ts"
import { KeyRotation, SigningKeys } from "../../../src/services/storage/SigningKeys.ts"
import { type Entry, entry } from "../Entry.ts"
import type { Provider } from "../Scene.ts"
import { actionsOf, anyway, patient, race, type Rule } from "./Race.ts"
import { finishes } from "./Rules.ts"

const rules = rulesOf(defaultSettings.keys)
const { rotateAfter } = rules
export const { publishAhead } = rules

type Jwks = Effect.Success<ReturnType<typeof jwks>>

export const kidOf = (token: string): string =>
  (JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()) as { readonly kid: string }).kid

export const signed = Effect.fnUntraced(function* (alg: SigningAlg) {
  const key = yield* signingKey(alg)
  return yield* Signer.use((signer) => signer.sign(key, "JWT", {}))
})

/** Every token verifies with every JWKS that was given, for as long as it may be kept. */
export const allVerify: Rule = keysOracle({
  tokens: ofNamed("sign", (action) => valueOf(action) as string | undefined),
  jwks: ofNamed("jwks", valueOf),
  verifies: (token, shown) => (shown as Jwks).keys.some(({ kid }) => kid === kidOf(token)),
  heldMillis: jwksMaxAge * 1000
})

/** Of each kind one key signs, whose private part is there, and one at most is to follow it. */
const oneSigns: Rule = {
  name: "Keys",
  judge: (run) => {
    const ring = run.ask(SigningKeys.ring())
    if (!Exit.isSuccess(ring)) return "nobody can say which keys there are"
    const now = Math.max(...run.history.actions.map(({ endedAt }) => endedAt ?? 0))
    for (const alg of ["RS256", "ES256"] as const) {
      const ofKind = ring.value.keys.filter((key) => key.alg === alg).map((key) => stageOf(key, now))
      const count = (stage: string) => ofKind.filter((one) => one === stage).length
      if (count("signing") !== 1 || count("next") > 1) return `the keys of ${alg} are ${ofKind.join(", ")}`
      if (signing(ring.value, alg, now)?.sealedPrivateJwk === "") return `the key that signs ${alg} has no private part`
    }
    return undefined
  }
}

/** Until keys that are there are old enough for successors. */
export const untilDue = Effect.sleep(rotateAfter - publishAhead)

const due = Effect.andThen(currentRing(), Effect.as(untilDue, {}))

/** Signs in an isolate whose copy of the ring is as old as it may be when the next key begins to sign. */
const twiceSigned = <E, R>(sign: Effect.Effect<string, E, R>) =>
  Effect.gen(function* () {
    yield* Effect.sleep(publishAhead - copyLifetime + 1_000)
    yield* anyway(act("sign", sign))
    yield* Effect.sleep(copyLifetime - 500)
    yield* anyway(act("sign", sign))
  })

/** Keeps the keys as long as it may, and has them from right before the next one signs. */
const verifier = Effect.andThen(Effect.sleep(publishAhead - 1_000), anyway(act("jwks", jwks())))

const cron = anyway(act("cron", rotateKeys()))

/** What a cron is about to ask of the ring: the one call of it that changes something. */
const asked = Effect.gen(function* () {
  yield* due
  const { version } = yield* SigningKeys.ring()
  const keys = yield* Effect.forEach(["RS256", "ES256"] as const, (alg) => makeKey(alg, 0))
  return new KeyRotation({ expected: version, keys, unwanted: [], rules })
})

const asks = (rotation: KeyRotation) => anyway(act("cron", SigningKeys.rotate(rotation)))

/** What a cron may do besides not running: end in the middle, and be done long after. */
const cronFaults = ["late execution", "lost reply", "disconnect"] as const

const rotations: ReadonlyArray<Entry> = [
  race({
    name: "cron/cron, a rotation is due",
    setup: due,
    clients: () => ({ first: act("cron", patient(rotateKeys())), second: act("cron", patient(rotateKeys())) }),
    oracles: [oneSigns, finishes]
  }),
  race({
    name: "cron once, late or never/sign and look at the keys as the next one begins to sign",
    // What is done long after, or never: a lost answer is no use to anybody here.
    faults: ["late execution"],
    setup: asked,
    clients: (rotation: KeyRotation) => ({
      cron: asks(rotation),
      signer: Effect.andThen(Effect.sleep(publishAhead + 500), anyway(act("sign", signed("RS256")))),
      verifier
    }),
    oracles: [allVerify, oneSigns, finishes]
  }),
  race({
    // Erased as soon as it may be: whoever's clock is behind still signs with the old key.
    name: "cron that erases the old key/sign, clocks apart",
    skews: [0, 30_000, -30_000],
    faults: [],
    setup: Effect.gen(function* () {
      yield* due
      yield* rotateKeys()
      const { version } = yield* SigningKeys.ring()
      return new KeyRotation({ expected: version, keys: [], unwanted: [], rules })
    }),
    clients: (rotation: KeyRotation) => ({
      cron: Effect.andThen(Effect.sleep(publishAhead + clockMargin), asks(rotation)),
      signer: Effect.andThen(Effect.sleep(publishAhead + clockMargin - 30_000), act("sign", signed("RS256")))
    }),
    oracles: [oneSigns, finishes]
  })
]

/** A token that whoever has its key might have signed. */
const stolen = Effect.gen(function* () {
  yield* currentRing()
  const token = yield* signed("RS256")
  return { token, kid: kidOf(token) }
})

type Stolen = Effect.Success<typeof stolen>

const believed = (name: string) => ofNamed(name, (action) => (valueOf(action) === true ? "it" : undefined))

/** Nobody believes it after the bound of what an isolate remembers. */
const isForgotten: Rule = revocation({
  revoked: ofNamed("withdraw", () => "it"),
  accepted: believed("verify"),
  boundMillis: copyLifetime
})

/** Whoever asks for the ring itself does not believe it from the acknowledgement on. */
const isForgottenAtOnce: Rule = revocation({
  revoked: ofNamed("withdraw", () => "it"),
  accepted: believed("verify now")
})

/** The key that was withdrawn is nowhere, and signs nothing once no isolate remembers it. */
const isReplaced: Rule = {
  name: "Keys",
  judge: (run) => {
    const { kid } = run.scene as Stolen
    const ring = run.ask(SigningKeys.ring())
    const [withdrawn] = actionsOf(run, "withdraw").filter(succeeded)
    if (!Exit.isSuccess(ring) || withdrawn?.endedAt === undefined) return undefined
    if (published(ring.value, withdrawn.endedAt).some((key) => key.kid === kid)) return "the key is published again"
    const late = actionsOf(run, "sign").find(
      (action) =>
        succeeded(action) &&
        kidOf(String(valueOf(action))) === kid &&
        (action.endedAt ?? 0) > (withdrawn.endedAt ?? 0) + copyLifetime
    )
    return late === undefined ? undefined : `${late.client} signs with the withdrawn key`
  }
}

const withdraw = ({ kid }: Stolen) => act("withdraw", patient(withdrawKeys({ kid })))

const emergencies: ReadonlyArray<Entry> = [
  race({
    name: "emergency/sign and verify in an isolate that remembers the old keys",
    faults: cronFaults,
    setup: stolen,
    clients: ({ kid, token }: Stolen) => ({
      operator: anyway(act("withdraw", withdrawKeys({ kid }))),
      reader: Effect.gen(function* () {
        yield* anyway(act("verify", Effect.map(verify(token), Option.isSome)))
        yield* Effect.sleep(copyLifetime)
        yield* anyway(act("verify", Effect.map(verify(token), Option.isSome)))
        yield* anyway(act("sign", signed("RS256")))
      })
    }),
    oracles: [isForgotten, isReplaced, oneSigns, finishes]
  }),
  race({
    name: "emergency/an administrator's token is judged",
    setup: stolen,
    clients: (scene: Stolen) => ({
      operator: withdraw(scene),
      administrator: anyway(act("verify now", Effect.map(verifyNow(scene.token), Option.isSome)))
    }),
    oracles: [isForgottenAtOnce, isReplaced, oneSigns, finishes]
  }),
  race({
    name: "emergency/emergency",
    setup: stolen,
    clients: (scene: Stolen) => ({ first: withdraw(scene), second: withdraw(scene) }),
    oracles: [isReplaced, oneSigns, finishes]
  }),
  race({
    name: "emergency/cron, a rotation is due",
    setup: Effect.tap(stolen, () => untilDue),
    clients: (scene: Stolen) => ({ operator: withdraw(scene), cron }),
    oracles: [isReplaced, oneSigns, finishes]
  })
]

// ---------------------------------------------------------------------------------------------------------------
// A deployment is under way

/** The code of before there were rotations: its object knows no such step, and changes nothing about the rows. */
const { "SigningKey.install": install, "SigningKey.ring": ring } = keyRingSteps
const older = {
  KeyRingObject: { tables: keyRingTables, steps: { "SigningKey.install": install, "SigningKey.ring": ring }, schema: 1 }
}

/** A Worker of that time: it signs and shows the keys by what it remembers, and never asks for a `kid`. */
const olderWorker = {
  sign: Effect.gen(function* () {
    const copy = yield* SigningKeys.copy(copyLifetime)
    const key = signing(copy, "RS256", yield* Effect.clockWith((clock) => clock.currentTimeMillis))
    return yield* key === undefined ? Effect.die("no key signs") : Signer.use((port) => port.sign(key, "JWT", {}))
  }),
  jwks: Effect.gen(function* () {
    const copy = yield* SigningKeys.copy(copyLifetime)
    return { keys: published(copy, yield* Effect.clockWith((clock) => clock.currentTimeMillis)) }
  })
}

const versions: ReadonlyArray<Entry> = [
  entry<KeyRotation, Provider>(
    {
      name: "cron/an older Worker signs and a newer one shows the keys, objects of both versions",
      layer: MemoryProvider.pipe(Layer.provide(Layer.succeed(OtherVersions, older))),
      faults: ["version skew"],
      atMost: 2,
      setup: asked,
      clients: (rotation) => ({ cron: asks(rotation), older: twiceSigned(olderWorker.sign), verifier }),
      oracles: [allVerify, oneSigns]
    },
    "exhaustive"
  ),
  entry<KeyRotation, Provider>(
    {
      name: "cron/a newer Worker signs and an older one shows the keys, objects of both versions",
      layer: MemoryProvider.pipe(Layer.provide(Layer.succeed(OtherVersions, older))),
      faults: ["version skew"],
      atMost: 2,
      setup: asked,
      clients: (rotation) => ({
        cron: asks(rotation),
        newer: twiceSigned(signed("RS256")),
        older: Effect.andThen(Effect.sleep(publishAhead - 1_000), anyway(act("jwks", olderWorker.jwks)))
      }),
      oracles: [allVerify, oneSigns]
    },
    "exhaustive"
  )
]

export const keyRotations: ReadonlyArray<Entry> = [...rotations, ...emergencies, ...versions]
