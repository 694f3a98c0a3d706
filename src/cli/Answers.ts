/** What the operator's commands answer, as far as the tool reads it. What it does not know it passes on. */
import { Schema } from "effect"

/** Anything, as it comes: for `--json`. */
const others = [Schema.Record(Schema.String, Schema.Unknown)] as const

export const ClientAnswer = Schema.StructWithRest(
  Schema.Struct({
    id: Schema.String,
    metadata: Schema.Record(Schema.String, Schema.Unknown),
    secrets: Schema.Int,
    /** Milliseconds; null for one that does not end by itself. */
    secretEnds: Schema.Array(Schema.NullOr(Schema.Int)),
    createdAt: Schema.Int,
    updatedAt: Schema.Int
  }),
  others
)
export type ClientAnswer = typeof ClientAnswer.Type

/** After a creation or a change: the secret if one was drawn. */
export const ClientMade = Schema.Struct({ client: ClientAnswer, secret: Schema.NullOr(Schema.String) })

export const ClientPage = Schema.Struct({ clients: Schema.Array(ClientAnswer), next: Schema.NullOr(Schema.String) })

export const TokenAnswer = Schema.StructWithRest(
  Schema.Struct({
    id: Schema.String,
    uses: Schema.Int,
    used: Schema.Int,
    createdAt: Schema.Int,
    expiresAt: Schema.Int
  }),
  others
)
export type TokenAnswer = typeof TokenAnswer.Type

export const TokenMade = Schema.Struct({ token: TokenAnswer, secret: Schema.String })

export const TokenPage = Schema.Struct({ tokens: Schema.Array(TokenAnswer), next: Schema.NullOr(Schema.String) })

export const ResourceAnswer = Schema.StructWithRest(
  Schema.Struct({
    id: Schema.String,
    metadata: Schema.Record(Schema.String, Schema.Unknown),
    createdAt: Schema.Int,
    updatedAt: Schema.Int
  }),
  others
)
export type ResourceAnswer = typeof ResourceAnswer.Type

const AuditedEvent = Schema.StructWithRest(
  Schema.Struct({
    id: Schema.String,
    at: Schema.Int,
    type: Schema.String,
    userId: Schema.optionalKey(Schema.String),
    clientId: Schema.optionalKey(Schema.String),
    sid: Schema.optionalKey(Schema.String),
    detail: Schema.optionalKey(Schema.Record(Schema.String, Schema.String))
  }),
  others
)

/** Events, and the batches of the archive that cannot be read as they were archived. */
export const AuditAnswer = Schema.Struct({
  events: Schema.Array(AuditedEvent),
  damaged: Schema.Array(
    Schema.StructWithRest(Schema.Struct({ key: Schema.String, fault: Schema.String, lines: Schema.Int }), others)
  ),
  next: Schema.NullOr(Schema.String)
})
export type AuditAnswer = typeof AuditAnswer.Type

/** Colours by their names. */
const Tones = Schema.Record(Schema.String, Schema.String)

export const BrandingAnswer = Schema.StructWithRest(
  Schema.Struct({
    name: Schema.optionalKey(Schema.String),
    logo: Schema.optionalKey(Schema.String),
    light: Tones,
    dark: Tones,
    css: Schema.optionalKey(Schema.String),
    version: Schema.Int
  }),
  others
)
export type BrandingAnswer = typeof BrandingAnswer.Type

export const ResourcePage = Schema.Struct({
  resources: Schema.Array(ResourceAnswer),
  next: Schema.NullOr(Schema.String)
})

export const UserAnswer = Schema.StructWithRest(
  Schema.Struct({
    id: Schema.String,
    status: Schema.String,
    profile: Schema.Record(Schema.String, Schema.Unknown),
    hasPassword: Schema.Boolean,
    createdAt: Schema.Int,
    updatedAt: Schema.Int
  }),
  others
)
export type UserAnswer = typeof UserAnswer.Type

const Entry = Schema.StructWithRest(
  Schema.Struct({
    userId: Schema.String,
    status: Schema.String,
    username: Schema.NullOr(Schema.String),
    email: Schema.NullOr(Schema.String),
    name: Schema.NullOr(Schema.String)
  }),
  others
)

export const UserPage = Schema.Struct({ users: Schema.Array(Entry), next: Schema.NullOr(Schema.String) })

export const Deleted = Schema.Struct({ id: Schema.String })
export const SessionsEnded = Schema.Struct({ sessionsEnded: Schema.Int })
export const Withdrawn = Schema.Struct({ withdrawn: Schema.Boolean })

const Section = Schema.Record(Schema.String, Schema.Unknown)

/** What was set, and every setting as it is in force: by section and name. */
export const SettingsAnswer = Schema.Struct({
  version: Schema.Int,
  set: Schema.Record(Schema.String, Section),
  inForce: Schema.Record(Schema.String, Section)
})
export type SettingsAnswer = typeof SettingsAnswer.Type

const keyList = {
  keys: Schema.Array(
    Schema.StructWithRest(
      Schema.Struct({
        kid: Schema.String,
        alg: Schema.String,
        stage: Schema.String,
        signsFrom: Schema.Int,
        signsUntil: Schema.NullOr(Schema.Int),
        publishedUntil: Schema.NullOr(Schema.Int)
      }),
      others
    )
  )
}

export const KeysAnswer = Schema.Struct(keyList)
export const WithdrawnKeys = Schema.Struct({
  ...keyList,
  rememberedUntil: Schema.Int,
  cachedUntil: Schema.Int
})

/** The alerts that are raised, or over and not told of everywhere. Milliseconds. */
export const AlertsAnswer = Schema.Array(
  Schema.Struct({
    name: Schema.String,
    state: Schema.Literals(["raised", "over"]),
    since: Schema.Int,
    detail: Schema.Record(Schema.String, Schema.String),
    told: Schema.Array(Schema.String)
  })
)

/** Which channels took a message. */
export const AlertTestAnswer = Schema.Array(Schema.Struct({ channel: Schema.String, arrived: Schema.Boolean }))

export const AlertKeyAnswer = Schema.Struct({ key: Schema.String })

/** What became of each job of the upkeep. */
export const UpkeepAnswer = Schema.Array(
  Schema.Struct({
    name: Schema.String,
    did: Schema.NullOr(Schema.Record(Schema.String, Schema.Int)),
    took: Schema.Int
  })
)

/** The administrator, and the client by which administrators get tokens. */
export const AdministratorMade = Schema.Struct({ user: UserAnswer, client: Schema.String })
