/** The laws of everything that D1 and the bucket of dead letters keep, and how they are run over a backend. */
import { it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { TestClock } from "effect/testing"
import { auditArchiveLaws } from "../../src/services/storage/AuditArchives.laws.ts"
import { alertLaws } from "../../src/services/storage/Alerts.laws.ts"
import { auditLogLaws } from "../../src/services/storage/AuditLog.laws.ts"
import { avatarLaws } from "../../src/services/storage/Avatars.laws.ts"
import { brandingLaws } from "../../src/services/storage/Brandings.laws.ts"
import { clientDisplayLaws } from "../../src/services/storage/ClientDisplays.laws.ts"
import { clientLaws } from "../../src/services/storage/Clients.laws.ts"
import { Around } from "../../src/services/storage/Consistency.ts"
import { directoryLaws } from "../../src/services/storage/Directory.laws.ts"
import { storeHealthLaws } from "../../src/services/storage/Health.laws.ts"
import { identifierLaws } from "../../src/services/storage/Identifiers.laws.ts"
import { initialAccessTokenLaws } from "../../src/services/storage/InitialAccessTokens.laws.ts"
import { leftoverLaws } from "../../src/services/storage/Leftovers.laws.ts"
import type { Law } from "../../src/services/storage/Law.ts"
import { resourceServerLaws } from "../../src/services/storage/ResourceServers.laws.ts"
import { settingsLaws } from "../../src/services/storage/Settings.laws.ts"
import { administratorLaws, roleLaws } from "../../src/services/storage/Roles.laws.ts"
import { scopeMappingLaws } from "../../src/services/storage/ScopeMappings.laws.ts"
import { statisticLaws } from "../../src/services/storage/Statistics.laws.ts"
import { trafficLaws } from "../../src/services/storage/Traffics.laws.ts"
import { LawClock } from "../../src/services/storage/World.laws.ts"

export const groups = {
  Avatar: avatarLaws,
  Client: [...clientLaws, ...clientDisplayLaws],
  InitialAccessToken: initialAccessTokenLaws,
  ResourceServer: resourceServerLaws,
  Branding: brandingLaws,
  Setting: settingsLaws,
  Identifier: identifierLaws,
  Directory: directoryLaws,
  Statistic: statisticLaws,
  Role: roleLaws,
  Administrator: administratorLaws,
  ScopeMapping: scopeMappingLaws,
  AuditLog: auditLogLaws,
  AuditArchive: auditArchiveLaws,
  Health: storeHealthLaws,
  Leftover: leftoverLaws,
  Alert: alertLaws,
  Traffic: trafficLaws
}

type Needs<L> = L extends Law<infer R> ? R : never
export type D1Needs = Needs<(typeof groups)[keyof typeof groups][number]>

/** Storage for the laws, without randomness, which is the same everywhere. */
export type D1Layer = Layer.Layer<Exclude<D1Needs, SecureRandom.SecureRandom | LawClock>>

export const laws = Object.values(groups).flat() as ReadonlyArray<Law<D1Needs>>

/** What the laws are given besides storage: randomness, and a clock that moves when they say so. */
export const given = Layer.merge(
  SecureRandom.layerWebCrypto,
  Layer.succeed(LawClock, { advance: (milliseconds) => TestClock.adjust(milliseconds) })
)

/**
 * Executes every write twice, as a client does whose first answer was lost; the second answer counts. What may never be
 * asked again is not.
 */
const twice = Effect.provideService(Around, (call, run) =>
  call.kind === "read" || call.repeat === "never" ? run : Effect.andThen(Effect.exit(run), run)
)

/** A test for each law. */
export const holdOver = (layer: D1Layer): void => {
  for (const { check, title } of laws) {
    it.effect(title, () => check.pipe(Effect.provide(layer), Effect.provide(given)))
  }
}

/** A test for each law, with every write executed twice. */
export const holdTwiceOver = (layer: D1Layer): void => {
  for (const { check, title } of laws) {
    it.effect(title, () => check.pipe(twice, Effect.provide(layer), Effect.provide(given)))
  }
}
