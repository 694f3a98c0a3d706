/** The whole provider as a sequential specification: every Strong operation on objects and D1, by what it is about. */
import { type AccessTokenId, grantOf } from "../../../../domain/Ids.ts"
import type { Taking } from "../../../../domain/RateLimit.ts"
import type { Shard } from "../../../../services/storage/Health.ts"
import type { Call } from "../../../../services/storage/Consistency.ts"
import { accountSteps } from "../../../objects/AccountSteps.ts"
import { accountTables } from "../../../objects/AccountTables.ts"
import { keyRingSteps, keyRingTables } from "../../../objects/KeyRingSteps.ts"
import { limiterSteps, limiterTables } from "../../../objects/LimiterSteps.ts"
import type { RequestOf } from "../../../objects/Step.ts"
import { ticketSteps } from "../../../objects/TicketSteps.ts"
import { ticketTables } from "../../../objects/TicketTables.ts"
import type { Oracle } from "../../Scenario.ts"
import { type Asked, linearizable } from "../Linearizable.ts"
import type { Specification } from "../Linearization.ts"
import { databaseSteps } from "./DatabaseSteps.ts"
import { databaseTables } from "./DatabaseTables.ts"
import type { Done, WithPast } from "./Past.ts"
import type { RowState } from "./Rows.ts"
import { type Before, type StepRequest, stepSpecification } from "./StepSpecification.ts"

/**
 * Every Strong history of the provider is that of its own steps in some order. The set-up has to be remembered
 * (`withPast`), because it is what the steps begin with. Nothing is swept here: where rows expire and are deleted
 * within a run, a refusal may have another reason than the steps give, and this is not the oracle to ask.
 */
export const providerLinearizable = (skews: ReadonlyArray<number> = [0]): Oracle<WithPast, never> =>
  linearizable({ spec: ({ past }: WithPast) => providerSpecification(past), of: askedOfProvider, skews })

/** The steps of all objects and of D1, after what was done before. */
export const providerSpecification = (past: ReadonlyArray<Done>): Specification<RowState, StepRequest> =>
  stepSpecification(
    { ...accountTables, ...ticketTables, ...limiterTables, ...keyRingTables, ...databaseTables },
    { ...accountSteps, ...ticketSteps, ...limiterSteps, ...keyRingSteps, ...databaseSteps },
    past.flatMap(({ call, now }): ReadonlyArray<Before> => {
      const asked = askedOfProvider(call)
      return asked === undefined || call.level !== "Strong" ? [] : [{ ...asked, now }]
    })
  )

/** Whose home a step is asked of, by an id in its request. */
const homes: { readonly [K in keyof typeof accountSteps]: (request: RequestOf<(typeof accountSteps)[K]>) => string } = {
  "AuthorizationCode.issue": ({ userId }) => userId,
  "AuthorizationCode.approve": ({ issuance }) => issuance.userId,
  "AuthorizationCode.redeem": ({ grantId }) => grantId,
  "RefreshToken.rotate": ({ grantId }) => grantId,
  "RefreshToken.inspect": ({ grantId }) => grantId,
  "RefreshToken.revoke": ({ presented }) => presented.grantId,
  "AccessToken.inspect": (jti: AccessTokenId) => grantOf(jti),
  "AccessToken.revoke": ({ jti }) => grantOf(jti),
  "Session.open": ({ session }) => session.userId,
  "Session.find": ({ userId }) => userId,
  "Session.end": ({ userId }) => userId,
  "Session.endMany": ({ userId }) => userId,
  "Session.endWhere": ({ id }) => id,
  "Session.list": (userId) => userId,
  "Session.behind": (jti: AccessTokenId) => grantOf(jti),
  "Session.use": (jti: AccessTokenId) => grantOf(jti),
  "Consent.list": (userId) => userId,
  "Consent.withdraw": ({ userId }) => userId,
  "Passkey.find": ({ userId }) => userId,
  "Passkey.list": (userId) => userId,
  "Passkey.add": ({ passkey }) => passkey.userId,
  "Passkey.rename": ({ userId }) => userId,
  "Passkey.remove": ({ userId }) => userId,
  "Health.accounts": ({ id }) => id,
  "Shard.accounts": ({ id }) => id,
  "Waking.accounts": ({ id }) => id,
  "User.create": ({ userId }) => userId,
  "User.find": (userId) => userId,
  "User.change": ({ userId }) => userId,
  "User.setPassword": ({ userId }) => userId,
  "User.void": (userId) => userId,
  "User.remove": ({ userId }) => userId
}

/** Which single thing a step of a ticket object is about. */
const things: { readonly [K in keyof typeof ticketSteps]: (request: RequestOf<(typeof ticketSteps)[K]>) => string } = {
  "Ticket.spend": ({ id, kind }) => `${kind} ticket ${id}`,
  "Ticket.guess": ({ id, kind }) => `${kind} ticket ${id}`,
  "Health.tickets": ({ id }) => `shard ${id}`,
  "Shard.tickets": ({ id }) => `shard ${id}`,
  "Waking.tickets": ({ id }) => `shard ${id}`,
  "PushedRequest.push": ({ id }) => `pushed request ${id}`,
  "PushedRequest.show": ({ id }) => `pushed request ${id}`,
  "PushedRequest.complete": ({ id }) => `pushed request ${id}`,
  "Device.start": ({ id }) => `device ${id}`,
  "Device.find": (id) => `device ${id}`,
  "Device.decide": ({ id }) => `device ${id}`,
  "Device.poll": ({ id }) => `device ${id}`,
  "ClientToken.inspect": (jti) => `client token ${jti}`,
  "ClientToken.revoke": ({ jti }) => `client token ${jti}`
}

/**
 * What a call of an operation asks, and of which part of the provider. Undefined for the directory and the audit log,
 * which are written by the queue; the audit has an oracle of its own.
 */
export const askedOfProvider = ({ operation, request }: Call): Asked<StepRequest> | undefined => {
  const [first] = request
  // How large a shard is was never so at one moment.
  if (operation.startsWith("Shard.")) return undefined
  if (operation in homes) {
    const id = homes[operation as keyof typeof homes](first as never)
    return { key: `account ${id.slice(0, id.indexOf("."))}`, request: { step: operation, request: first } }
  }
  if (operation in ticketSteps) {
    const thing = things[operation as keyof typeof things](first as never)
    return { key: thing, request: { step: operation, request: first } }
  }
  if (operation in limiterSteps) {
    const thing = first as Taking | Shard
    return { key: `limit ${"id" in thing ? thing.id : thing.key}`, request: { step: operation, request: first } }
  }
  if (operation in keyRingSteps) return { key: "key ring", request: { step: operation, request: first ?? null } }
  // `list` sees all clients, a registration a token and a client, and a reservation many names, so that all of a kind
  // are one thing.
  if (operation in databaseSteps) {
    const kinds = {
      Identifier: "identifiers",
      ResourceServer: "resource servers",
      Branding: "branding",
      Setting: "settings",
      Role: "roles",
      Administrator: "administrators",
      ScopeMapping: "scopes"
    } as const
    const group = operation.slice(0, operation.indexOf("."))
    const key = group in kinds ? kinds[group as keyof typeof kinds] : "clients"
    return { key, request: { step: operation, request } }
  }
  return undefined
}
