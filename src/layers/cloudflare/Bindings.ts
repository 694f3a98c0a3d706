/**
 * The platform's bindings and the provider's configuration: the only place that reads `env`.
 */
import type {
  AnalyticsEngineDataset,
  D1Database,
  DurableObjectNamespace,
  KVNamespace,
  Queue,
  R2Bucket,
  SendEmail
} from "@cloudflare/workers-types"
import { Redacted, Result, Schema } from "effect"
import { defaults } from "../../domain/Lifetime.ts"
import { Generations } from "../../domain/Locator.ts"
import { Issuer, Provider } from "../../services/ports/ProviderConfig.ts"
import { type MailSettings, type MailVariables, readMail } from "./mail/MailSettings.ts"
import { type OtlpSettings, readTelemetry, type TelemetryVariables } from "./telemetry/TelemetrySettings.ts"
import { readAddressHeader, readSwitches, switched, type Switches } from "../../services/ports/Switches.ts"

/** The bindings by the names under which other files may speak of them; only this file gets hold of one. */
export type Database = D1Database
export type Bucket = R2Bucket
export type Objects = DurableObjectNamespace
export type Messages = Pick<Queue, "sendBatch">
export type Email = SendEmail
export type Cache = KVNamespace
export type DataPoints = AnalyticsEngineDataset

/** What every object answers to: a step by name, its request and its answer as JSON texts, and who asks, if told. */
export interface StepStub {
  readonly run: (step: string, request: string, by?: string) => Promise<string>
}

/** The environment as the Worker is given it. */
export interface Env extends Switches, MailVariables, TelemetryVariables {
  readonly ISSUER: string
  readonly PROVIDER_NAME?: string
  readonly ACCOUNT_SHARDS?: string
  readonly TICKET_SHARDS?: string
  readonly LIMITER_SHARDS?: string
  readonly ADDRESS_HEADER?: string
  readonly HAPAX_SECRET: string
  readonly LOG_LEVEL?: string
  readonly ACCOUNT: DurableObjectNamespace
  readonly TICKET: DurableObjectNamespace
  readonly LIMITER: DurableObjectNamespace
  readonly KEY_RING: DurableObjectNamespace
  readonly DB: D1Database
  readonly DEAD_LETTERS: R2Bucket
  readonly ARCHIVE: R2Bucket
  readonly AVATARS: R2Bucket
  readonly CACHE: KVNamespace
  readonly METRICS: AnalyticsEngineDataset
  readonly OUTBOX: Queue
}

/** Shards a generation, oldest first: "16" or "16,64". */
const shards = (text: string | undefined, fallback: Generations) =>
  text === undefined
    ? Result.succeed(fallback)
    : Schema.decodeUnknownResult(Generations)(text.split(",").map((part) => Number(part.trim())))

const Secret = Schema.String.pipe(Schema.check(Schema.isMinLength(32)))

/** What is wrong with the configuration, in one line that an operator can act on. */
export class Misconfigured extends Schema.TaggedError<Misconfigured>()("Misconfigured", { message: Schema.String }) {}

export interface Configuration {
  readonly provider: Provider
  readonly secret: Redacted.Redacted
  readonly mail: MailSettings
  readonly logLevel: string | undefined
  readonly otlp: OtlpSettings | null
}

/** Reads the configuration. Nothing of it is ever taken from a request. */
export const configuration = (env: Partial<Env>): Result.Result<Configuration, Misconfigured> =>
  Result.gen(function* () {
    const fail = (message: string) => Result.fail(new Misconfigured({ message }))
    const issuer = Schema.decodeUnknownResult(Issuer)(env.ISSUER)
    if (Result.isFailure(issuer)) {
      return yield* fail(
        "ISSUER must be an https origin without a path, such as https://id.example.com (http only on localhost); " +
          `it is ${env.ISSUER === undefined ? "missing" : JSON.stringify(env.ISSUER)}`
      )
    }
    const secret = Schema.decodeUnknownResult(Secret)(env.HAPAX_SECRET)
    if (Result.isFailure(secret)) {
      return yield* fail("HAPAX_SECRET must be a random text of at least 32 characters: openssl rand -base64 32")
    }
    const accounts = shards(env.ACCOUNT_SHARDS, [16])
    if (Result.isFailure(accounts))
      return yield* fail('ACCOUNT_SHARDS must be numbers from 1 to 99999, such as "16,64"')
    const tickets = shards(env.TICKET_SHARDS, [4])
    if (Result.isFailure(tickets)) return yield* fail('TICKET_SHARDS must be numbers from 1 to 99999, such as "4"')
    const limiters = shards(env.LIMITER_SHARDS, [4])
    if (Result.isFailure(limiters)) return yield* fail('LIMITER_SHARDS must be numbers from 1 to 99999, such as "4"')
    const address = readAddressHeader(env.ADDRESS_HEADER, "cf-connecting-ip")
    if (Result.isFailure(address)) return yield* fail(address.failure)
    const switches = readSwitches(env)
    if (Result.isFailure(switches)) return yield* fail(switches.failure)
    const mail = readMail(env)
    if (Result.isFailure(mail)) return yield* fail(mail.failure)
    const otlp = readTelemetry(env)
    if (Result.isFailure(otlp)) return yield* fail(otlp.failure)
    return {
      provider: new Provider({
        issuer: issuer.success,
        name: env.PROVIDER_NAME ?? "Hapax",
        accountGenerations: accounts.success,
        ticketGenerations: tickets.success,
        limiterGenerations: limiters.success,
        lifetimes: defaults,
        mail: mail.success._tag !== "None",
        addressHeader: address.success,
        ...switched(switches.success)
      }),
      secret: Redacted.make(secret.success),
      mail: mail.success,
      logLevel: env.LOG_LEVEL,
      otlp: otlp.success
    }
  })

/** The object of a class that plays one shard. A stub that failed stays broken, so each call makes its own. */
export const stubOf = (namespace: DurableObjectNamespace, name: string): StepStub =>
  namespace.get(namespace.idFromName(name)) as unknown as StepStub

/** The bindings that the layers are made of. */
export interface Bound {
  readonly accounts: Objects
  readonly tickets: Objects
  readonly limiters: Objects
  readonly keyRing: Objects
  readonly database: Database
  readonly deadLetters: Bucket
  /** Audit events that D1 no longer keeps. */
  readonly archive: Bucket
  readonly avatars: Bucket
  readonly cache: Cache
  readonly metrics: DataPoints
  readonly outbox: Messages
}

export const boundOf = (env: Env): Bound => ({
  accounts: env.ACCOUNT,
  tickets: env.TICKET,
  limiters: env.LIMITER,
  keyRing: env.KEY_RING,
  database: env.DB,
  deadLetters: env.DEAD_LETTERS,
  archive: env.ARCHIVE,
  avatars: env.AVATARS,
  cache: env.CACHE,
  metrics: env.METRICS,
  outbox: env.OUTBOX
})

/** The queue into which objects empty their outboxes. */
export const outboxOf = (env: Pick<Env, "OUTBOX">): Queue => env.OUTBOX

/** The bucket in which objects leave signs for the alerts. */
export const signsOf = (env: Pick<Env, "DEAD_LETTERS">): Bucket => env.DEAD_LETTERS
