/** Clients that ask storage for everything it does, in whatever order, about the same few things. */
import { BatchEnd } from "../../../src/domain/BatchEnd.ts"
import { Clock, Effect, Random } from "effect"
import { Spending } from "../../../src/domain/Ticket.ts"
import { Profile } from "../../../src/domain/User.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { withPast } from "../../../src/layers/test/oracles/specs/Past.ts"
import { AccessTokens } from "../../../src/services/storage/AccessTokens.ts"
import { AuthorizationCodes } from "../../../src/services/storage/AuthorizationCodes.ts"
import { RotationRules } from "../../../src/domain/KeyRotation.ts"
import { clockMargin } from "../../../src/domain/SigningKey.ts"
import { Clients } from "../../../src/services/storage/Clients.ts"
import { Consents } from "../../../src/services/storage/Consents.ts"
import { freshClient, freshEvent, freshName, freshText, freshUserId } from "../../../src/services/storage/Fresh.laws.ts"
import { Identifiers } from "../../../src/services/storage/Identifiers.ts"
import { RefreshTokens } from "../../../src/services/storage/RefreshTokens.ts"
import { Sessions } from "../../../src/services/storage/Sessions.ts"
import { SigningKeys } from "../../../src/services/storage/SigningKeys.ts"
import { freshKey } from "../../../src/services/storage/SigningKeys.laws.ts"
import {
  createdEvent,
  deletedEvent,
  renamed,
  stored,
  updatedEvent
} from "../../../src/services/storage/StoredClient.laws.ts"
import { Tickets } from "../../../src/services/storage/Tickets.ts"
import { Users } from "../../../src/services/storage/Users.ts"
import {
  consentTo,
  freshAttempt,
  freshIssuance,
  freshRedemption,
  freshRotation,
  freshSession,
  freshSetting,
  keyOf,
  changed,
  offline,
  presentedAt,
  withFamily,
  ending
} from "../../../src/services/storage/World.laws.ts"

const rules = new RotationRules({ rotateAfter: 10_000, publishAhead: 2_000, retiredFor: 2 * clockMargin })

const things = Effect.gen(function* () {
  const family = yield* withFamily
  const issuance = yield* freshIssuance(family.session, { clientId: family.clientId, scopes: offline })
  yield* AuthorizationCodes.approve({ issuance, consent: yield* consentTo(issuance) })
  const { client } = yield* stored
  const kind = "login" as const
  const expiresAt = (yield* Clock.currentTimeMillis) + 60_000
  const ticket = { kind, expiresAt, id: `1-0.${yield* freshText}` }
  const unmade = { userId: yield* freshUserId, profile: new Profile({ name: "Unmade" }), passwordHash: null }
  return {
    ...family,
    second: issuance,
    client,
    newClient: yield* freshClient,
    ticket,
    unmade,
    name: yield* freshName,
    // Attempts that anybody may make, so that they are made again.
    redemption: yield* freshRedemption(issuance),
    rotation: yield* freshRotation(family, 1),
    spending: new Spending({ ...ticket, attempt: yield* freshAttempt })
  }
})

/** What there is, and how it came to be. */
export const everything = withPast(things)

export type Everything = Effect.Success<typeof everything>

const accountOperations = (scene: Everything) => [
  Effect.andThen(AuthorizationCodes.redeem(scene.redemption), Effect.void),
  Effect.flatMap(freshRedemption(scene.second), AuthorizationCodes.redeem),
  AuthorizationCodes.issue(scene.second),
  Effect.flatMap(freshIssuance(scene.session, { clientId: scene.clientId }), AuthorizationCodes.issue),
  Effect.gen(function* () {
    const issuance = yield* freshIssuance(scene.session, { clientId: scene.clientId })
    yield* AuthorizationCodes.approve({ issuance, consent: yield* consentTo(issuance) })
  }),
  RefreshTokens.rotate(scene.rotation),
  Effect.flatMap(freshRotation(scene, 1), RefreshTokens.rotate),
  Effect.flatMap(freshRotation(scene, 2), RefreshTokens.rotate),
  RefreshTokens.inspect(presentedAt(scene, 1)),
  RefreshTokens.inspect(presentedAt(scene, 2)),
  RefreshTokens.revoke({ presented: presentedAt(scene, 1), because: "client" }),
  AccessTokens.inspect(scene.jti),
  AccessTokens.revoke({ jti: scene.jti, clientId: scene.clientId, expiresAt: scene.ticket.expiresAt }),
  Effect.flatMap(freshSession(scene.user.id), (session) => Sessions.open({ session, replaces: scene.session.hash })),
  Sessions.find(keyOf(scene.session)),
  Sessions.end(keyOf(scene.session)),
  ending(scene.user.id),
  ending(scene.user.id, { sids: [scene.session.sid] }),
  Sessions.list(scene.user.id),
  Sessions.behind(scene.jti),
  Sessions.use(scene.jti),
  Consents.list(scene.user.id),
  Consents.withdraw({ userId: scene.user.id, clientId: scene.clientId }),
  Users.create(scene.unmade),
  Users.find(scene.unmade.userId),
  Users.void(scene.unmade.userId),
  changed(scene.user, { status: "disabled" }),
  changed({ id: scene.user.id, version: scene.user.version + 1 }, { status: "active" }),
  Users.find(scene.user.id),
  Effect.flatMap(freshSetting(scene.user), Users.setPassword),
  Effect.flatMap(
    freshSetting({ ...scene.user, version: scene.user.version + 1 }, { by: "operator" }),
    Users.setPassword
  ),
  Users.remove({ userId: scene.user.id, version: scene.user.version + 2 })
]

const otherOperations = (scene: Everything) => [
  Tickets.spend(scene.spending),
  Effect.flatMap(freshAttempt, (attempt) => Tickets.spend({ ...scene.ticket, attempt })),
  Effect.flatMap(freshAttempt, (attempt) => Tickets.guess({ ...scene.ticket, attempt, right: false, most: 2 })),
  Effect.flatMap(freshAttempt, (attempt) => Tickets.guess({ ...scene.ticket, attempt, right: true, most: 2 })),
  SigningKeys.ring(),
  Effect.flatMap(freshKey, (key) => SigningKeys.install({ expected: 0, keys: [key] })),
  Effect.flatMap(freshKey, (key) => SigningKeys.install({ expected: 1, keys: [key] })),
  Effect.flatMap(freshKey, (key) => SigningKeys.rotate({ expected: 1, keys: [key], unwanted: [], rules })),
  SigningKeys.withdraw({ kids: ["no such key"], keys: [] }),
  Clients.find(scene.client.id),
  Clients.algs(),
  Clients.findAll([scene.client.id, scene.newClient.id]),
  Clients.list({ after: "", limit: 10 }),
  Effect.flatMap(createdEvent(scene.newClient), (event) => Clients.create(scene.newClient, event)),
  Effect.gen(function* () {
    const changed = renamed(scene.client, yield* freshText)
    yield* Clients.update(changed, yield* updatedEvent(changed))
  }),
  Effect.flatMap(deletedEvent(scene.client), (event) => Clients.remove(scene.client.id, event)),
  Identifiers.resolve(scene.name),
  Effect.flatMap(freshAttempt, (attempt) =>
    Sessions.endWhere(new BatchEnd({ attempt, id: "1-0.", whose: "all", before: 1, grants: false, from: null }))
  ),
  Identifiers.search({ beginning: "username:", after: "", limit: 2 }),
  Effect.gen(function* () {
    const userId = yield* freshUserId
    const now = yield* Clock.currentTimeMillis
    const event = yield* freshEvent({ type: "identifier.reserved", userId })
    yield* Identifiers.reserve({ userId, identifiers: [scene.name], now }, event)
    yield* Identifiers.release(
      { userId, identifiers: [scene.name], reservedBy: null },
      yield* freshEvent({ type: "identifier.released", userId })
    )
  })
]

/** Does some of all that, one after the other, whatever comes of each. Which, its client's name decides. */
export const anything = (scene: Everything, times: number) => {
  const known = [accountOperations(scene), otherOperations(scene)] as const
  return Effect.gen(function* () {
    for (let time = 0; time < times; time++) {
      // Most of it is about one account, where most can go wrong.
      const some = (yield* Random.nextBoolean) || (yield* Random.nextBoolean) ? known[0] : known[1]
      const one = some[yield* Random.nextIntBetween(0, some.length)]
      if (one !== undefined) yield* Effect.exit(act("anything", one as Effect.Effect<unknown, unknown, Needs>))
    }
  })
}

type Needs = Effect.Services<ReturnType<typeof accountOperations>[number] | ReturnType<typeof otherOperations>[number]>
