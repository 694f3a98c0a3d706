/**
 * Every acknowledged effect of storage has its event: what an operation answered says which, wherever it is by then (in
 * an object's outbox, or in the log).
 */
import { Effect, Exit } from "effect"
import type { AuditEvent, AuditType } from "../../../src/domain/AuditEvent.ts"
import { givesCode } from "../../../src/domain/Grant.ts"
import type { Rotation } from "../../../src/domain/RefreshToken.ts"
import type { Passkey } from "../../../src/domain/Passkey.ts"
import type { Session } from "../../../src/domain/Session.ts"
import { MemoryDatabase } from "../../../src/layers/test/MemoryDatabase.ts"
import { MemoryWorld } from "../../../src/layers/test/Memory.ts"
import type { Finished, Oracle } from "../../../src/layers/test/Scenario.ts"
import type { OperationRecord } from "../../../src/layers/test/kernel/History.ts"
import { audit } from "../../../src/layers/test/oracles/Audit.ts"
import type { GrantAndUser } from "../../../src/services/storage/AuthorizationCodes.ts"
import type { SessionOpening } from "../../../src/services/storage/Sessions.ts"
import type { Provider } from "../Scene.ts"

interface Named {
  readonly what: AuditType
  readonly key: string
}

/** All events that were written down, each once however often it was delivered. */
export const allEvents = Effect.gen(function* () {
  const { accounts, keyRing, limiters, tickets } = yield* MemoryWorld
  const { auditLog } = yield* MemoryDatabase
  const events = new Map<string, AuditEvent>(auditLog.entries())
  for (const { objects } of [accounts, keyRing, limiters, tickets]) {
    for (const { outbox } of objects.values()) {
      for (const message of outbox.values()) if (message._tag === "audit") events.set(message.event.id, message.event)
    }
  }
  return [...events.values()]
})

/** The one thing that an event is about. */
const toldBy = ({ clientId, detail, grantId, id, sid, type, userId }: AuditEvent): Named => {
  switch (type) {
    case "refresh.rotated":
      return { what: type, key: `${grantId} ${detail?.["head"]}` }
    case "key.added":
    case "key.announced":
    case "key.activated":
    case "key.ending":
    case "key.retired":
    case "key.removed":
    case "key.withdrawn":
      return { what: type, key: detail?.["kid"] ?? "" }
    case "client.created":
    case "client.updated":
    case "client.deleted":
    case "initial_token.created":
    case "initial_token.revoked":
      return { what: type, key: `${clientId} ${id}` }
    case "session.renewed":
      // The same session again, by another login.
      return { what: type, key: `${sid} ${detail?.["auth_time"]}` }
    case "device.started":
    case "device.approved":
    case "device.denied":
      return { what: type, key: detail?.["device"] ?? "" }
    case "limit.reached":
      return { what: type, key: `${detail?.["key"]} ${id}` }
    case "passkey.added":
    case "passkey.renamed":
    case "passkey.removed":
      return { what: type, key: `${userId} ${detail?.["passkey"]}` }
    case "session.started":
    case "session.ended":
      return { what: type, key: sid ?? "" }
    default:
      return { what: type, key: grantId ?? userId ?? "" }
  }
}

type Answer = { readonly [member: string]: never }

/** An opening that is answered with another name went on with the session that it took the place of. */
const openingOf = ({ session }: SessionOpening, { authentication, sid }: Session): Named =>
  session.sid === sid
    ? { what: "session.started", key: sid }
    : { what: "session.renewed", key: `${sid} ${authentication.authTime}` }

const issued = ({ grant }: GrantAndUser): Named => ({
  what: givesCode(grant) ? "code.issued" : "tokens.issued",
  key: grant.id
})

/** What an operation did, as its answer says. Nothing for one that may as well have found it done. */
const effectsOf = ({ call, result }: OperationRecord): ReadonlyArray<Named> => {
  if (result === undefined || !Exit.isSuccess(result)) return []
  const [request, event] = call.request as ReadonlyArray<Answer>
  const value = result.value as Answer
  switch (call.operation) {
    case "AuthorizationCode.issue":
    case "AuthorizationCode.approve":
      return [issued(result.value as GrantAndUser)]
    case "AuthorizationCode.redeem":
      return [{ what: "code.redeemed", key: (value["grant"] as never as Answer)["id"] as never }]
    case "RefreshToken.rotate": {
      const grant = value["grant"] as never as Answer
      // A token that is kept is not rotated: nothing happened that an operator would be told of.
      if ((request as never as Rotation).keeps === true) return []
      return [{ what: "refresh.rotated", key: `${grant["id"]} ${grant["generation"]}` }]
    }
    case "Session.open":
      return [openingOf(request as never as SessionOpening, result.value as Session)]
    case "Passkey.add": {
      const { credentialId, userId } = result.value as Passkey
      return [{ what: "passkey.added", key: `${userId} ${credentialId}` }]
    }
    case "Device.start":
      return [{ what: "device.started", key: request?.["id"] as never }]
    case "Device.decide":
      return [
        { what: request?.["grantId"] === null ? "device.denied" : "device.approved", key: request?.["id"] as never }
      ]
    case "User.create":
      return [{ what: "user.created", key: value["id"] as never }]
    case "User.remove":
      return [{ what: "user.deleted", key: request?.["userId"] as never }]
    case "InitialAccessToken.create":
    case "InitialAccessToken.revoke":
    case "InitialAccessToken.register":
    case "Client.create":
    case "Client.update":
    case "Client.remove": {
      const [what, id] = [event?.["type"] as never, event?.["id"] as never]
      return [{ what, key: `${event?.["clientId"]} ${id}` }]
    }
    case "SigningKey.install":
      return (value["keys"] as never as ReadonlyArray<Answer>).map((key) => ({
        what: "key.added",
        key: key["kid"] as never
      }))
    case "SigningKey.rotate":
      return kidsIn(request ?? {})
        .filter((kid) => kidsIn(value).includes(kid))
        .map((kid) => ({ what: "key.announced", key: kid }))
    case "SigningKey.withdraw":
      return ((request ?? {})["kids"] as never as ReadonlyArray<string>)
        .filter((kid) => kidsIn(value).includes(kid))
        .map((kid) => ({ what: "key.withdrawn", key: kid }))
    default:
      return []
  }
}

/** The keys of a ring that was answered, or of a request. */
const kidsIn = (value: Answer): ReadonlyArray<string> =>
  (value["keys"] as never as ReadonlyArray<{ readonly kid: string }>).map(({ kid }) => kid)

export const effects = (run: Pick<Finished<unknown, Provider>, "history">): ReadonlyArray<Named> =>
  run.history.operations.flatMap(effectsOf)

/** Whether an event of this kind was written down. */
export const isTold = (run: Finished<unknown, Provider>, ...types: ReadonlyArray<AuditType>): boolean => {
  const events = run.ask(allEvents)
  return Exit.isSuccess(events) && events.value.some(({ type }) => types.includes(type))
}

/** Each effect that storage acknowledged has exactly one event. */
export const effectsAreAudited: Oracle<unknown, Provider> = audit<unknown, Provider>({
  effects,
  events: Effect.map(allEvents, (events) => events.map(toldBy))
})
