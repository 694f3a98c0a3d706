/** Everything the flows need, made of the platform: the list a reviewer reads of which backend plays which part. */
import { Effect, Layer, type Redacted } from "effect"
import { Digest, SecureRandom } from "effect/crypto"
import { type Provider, ProviderConfig } from "../../services/ports/ProviderConfig.ts"
import { account } from "../objects/Accounted.ts"
import { AccountHome, AccountOperations, accountSteps } from "../objects/AccountSteps.ts"
import { ClientDisplaysKv, KvClients } from "../objects/ClientDisplays.ts"
import { settingsMemory, SettingsIsolate } from "../objects/SettingsCopy.ts"
import { brandingMemory, BrandingsIsolate } from "../objects/BrandingCopy.ts"
import { keyRingMemory, SigningKeysIsolate } from "../objects/KeyRingCopy.ts"
import { KeyRingHome, keyRingSteps, SigningKeysDurable, KeyRingWaking } from "../objects/KeyRingSteps.ts"
import { HealthIsolate, healthMemory } from "../objects/HealthSteps.ts"
import {
  LimiterHealth,
  LimiterHome,
  LimiterSizes,
  limiterSteps,
  LimiterWaking,
  LimitsDurable
} from "../objects/LimiterSteps.ts"
import { TicketHome, TicketOperations, ticketSteps } from "../objects/TicketSteps.ts"
import { AuditArchiveR2, makeArchiveBox, R2Archive } from "./r2/AuditArchiveR2.ts"
import { AlertsR2, R2Alerts } from "./r2/AlertsR2.ts"
import { scopeMappingMemory, ScopeMappingsIsolate } from "../objects/ScopeMappingCopy.ts"
import { AuditLogD1 } from "./d1/AuditLogD1.ts"
import { AvatarsR2, R2Avatars } from "./r2/AvatarsR2.ts"
import type { Bound } from "./Bindings.ts"
import { BrandingsD1 } from "./d1/BrandingsD1.ts"
import { makeClientCopies } from "./ClientCopiesKv.ts"
import { ClientsD1 } from "./d1/ClientsD1.ts"
import { D1Primary, makeD1Client } from "./d1/D1Client.ts"
import { makeLetterBox, R2DeadLetters } from "./r2/DeadLettersR2.ts"
import { DirectoryD1 } from "./d1/DirectoryD1.ts"
import { D1Probe, HealthOfStores, KvProbe, probeD1, probeKv, probeR2, R2Probe } from "./HealthProbes.ts"
import { IdentifiersD1 } from "./d1/IdentifiersD1.ts"
import { InitialAccessTokensD1 } from "./d1/InitialAccessTokensD1.ts"
import { LeftoversD1 } from "./d1/LeftoversD1.ts"
import { LettersQueue, makeOutboxProducer, OutboxQueue } from "./mail/LettersQueue.ts"
import { mailerOf } from "./mail/MailerOf.ts"
import type { MailSettings } from "./mail/MailSettings.ts"
import { objectCaller } from "./objects/ObjectCaller.ts"
import { JwtVerifierJose } from "./JwtVerifierJose.ts"
import { PasskeyVerifierWebAuthn } from "./PasskeyVerifierWebAuthn.ts"
import { type Argon2Modules, passwordHasherArgon2 } from "./PasswordHasherArgon2.ts"
import { isolatePermits } from "./PermitMemory.ts"
import { remoteFetchWeb } from "./RemoteFetchWeb.ts"
import { ResourceServersD1 } from "./d1/ResourceServersD1.ts"
import { sealerJose } from "./SealerJose.ts"
import { SettingsD1 } from "./d1/SettingsD1.ts"
import { RolesD1 } from "./d1/RolesD1.ts"
import { ScopeMappingsD1 } from "./d1/ScopeMappingsD1.ts"
import { StatisticsD1 } from "./d1/StatisticsD1.ts"
import { SignerJose } from "./SignerJose.ts"
import { TrafficD1 } from "./d1/TrafficD1.ts"
import { webhookWeb } from "./WebhookWeb.ts"

export interface Parts {
  readonly provider: Provider
  readonly secret: Redacted.Redacted
  readonly mail: MailSettings
  readonly bound: Bound
  readonly argon2: Argon2Modules
}

/** The objects, whose security events are in the log before they answer. */
const homes = ({ bound, provider }: Parts) =>
  Layer.unwrap(
    Effect.map(account, (write) =>
      Layer.mergeAll(
        Layer.succeed(AccountHome, objectCaller(bound.accounts, accountSteps, provider.accountGenerations, write)),
        Layer.succeed(TicketHome, objectCaller(bound.tickets, ticketSteps, provider.ticketGenerations, write)),
        Layer.succeed(LimiterHome, objectCaller(bound.limiters, limiterSteps, provider.limiterGenerations, write)),
        Layer.succeed(KeyRingHome, objectCaller(bound.keyRing, keyRingSteps, [1], write))
      )
    )
  ).pipe(Layer.provide(AuditLogD1))

const backends = (parts: Parts) => homes(parts).pipe(Layer.provideMerge(storages(parts)))

const storages = ({ bound }: Parts) =>
  Layer.mergeAll(
    Layer.succeed(D1Primary, makeD1Client(bound.database)),
    Layer.succeed(R2DeadLetters, makeLetterBox(bound.deadLetters)),
    Layer.succeed(R2Archive, makeArchiveBox(bound.archive)),
    Layer.succeed(OutboxQueue, makeOutboxProducer(bound.outbox)),
    Layer.succeed(R2Alerts, bound.deadLetters),
    Layer.succeed(D1Probe, probeD1(bound.database)),
    Layer.succeed(R2Probe, probeR2(bound.archive)),
    Layer.succeed(KvProbe, probeKv(bound.cache)),
    Layer.succeed(R2Avatars, bound.avatars),
    Layer.succeed(KvClients, makeClientCopies(bound.cache)),
    healthMemory,
    keyRingMemory,
    brandingMemory,
    scopeMappingMemory,
    settingsMemory
  )

const operations = Layer.mergeAll(
  AccountOperations,
  TicketOperations,
  LimitsDurable,
  LimiterHealth,
  LimiterSizes,
  LimiterWaking,
  KeyRingWaking,
  HealthIsolate,
  HealthOfStores,
  AlertsR2,
  TrafficD1,
  SigningKeysIsolate.pipe(Layer.provideMerge(SigningKeysDurable)),
  ClientDisplaysKv.pipe(Layer.provideMerge(ClientsD1)),
  AvatarsR2,
  BrandingsIsolate.pipe(Layer.provideMerge(BrandingsD1)),
  SettingsIsolate.pipe(Layer.provideMerge(SettingsD1)),
  InitialAccessTokensD1,
  ResourceServersD1,
  IdentifiersD1,
  DirectoryD1,
  StatisticsD1,
  LeftoversD1,
  RolesD1,
  ScopeMappingsIsolate.pipe(Layer.provideMerge(ScopeMappingsD1)),
  AuditLogD1,
  AuditArchiveR2,
  LettersQueue
)

const ports = ({ argon2, mail, provider, secret }: Parts) =>
  Layer.mergeAll(
    Layer.succeed(ProviderConfig, provider),
    isolatePermits,
    JwtVerifierJose,
    PasskeyVerifierWebAuthn,
    remoteFetchWeb(provider.allowLoopback),
    mailerOf(mail),
    webhookWeb(secret, provider.allowLoopback),
    SignerJose.pipe(Layer.provideMerge(sealerJose(secret))),
    passwordHasherArgon2(argon2)
  ).pipe(Layer.provideMerge(Layer.mergeAll(SecureRandom.layerWebCrypto, Digest.layerWebCrypto)))

/** All operations and ports. It is built without waiting for anything, so a request can build it. */
export const live = (parts: Parts) => Layer.mergeAll(operations.pipe(Layer.provide(backends(parts))), ports(parts))
