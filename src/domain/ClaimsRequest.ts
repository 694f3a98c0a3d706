/** The `claims` parameter: individually asked claims for the ID token and for userinfo. OIDC Core §5.5. */
import { Schema } from "effect"
import { standardClaims } from "./Scope.ts"

const Asked = Schema.NullOr(
  Schema.Struct({
    essential: Schema.optionalKey(Schema.Boolean),
    value: Schema.optionalKey(Schema.Unknown),
    values: Schema.optionalKey(Schema.Array(Schema.Unknown))
  })
)
type Asked = typeof Asked.Type

/** Unknown members are ignored, as §5.5 asks. */
const Parameter = Schema.fromJsonString(
  Schema.Struct({
    userinfo: Schema.optionalKey(Schema.NullOr(Schema.Record(Schema.String, Asked))),
    id_token: Schema.optionalKey(Schema.NullOr(Schema.Record(Schema.String, Asked)))
  })
)

/** What of a claims parameter the provider acts upon. */
export class ClaimsRequest extends Schema.Class<ClaimsRequest>("ClaimsRequest")({
  userinfo: Schema.Array(Schema.String),
  idToken: Schema.Array(Schema.String),
  /** The user the client asks for by `sub` with a value (§5.5.1). */
  subject: Schema.NullOr(Schema.String),
  /** The essential `acr` values of the ID token, if asked for (§5.5.1.1). */
  essentialAcr: Schema.NullOr(Schema.Array(Schema.String)),
  /** Those that the client would like, and can do without (§5.5.1.1). Absent where it names none. */
  voluntaryAcr: Schema.optionalKey(Schema.Array(Schema.String))
}) {}

export const none = new ClaimsRequest({ userinfo: [], idToken: [], subject: null, essentialAcr: null })

/** Reads the parameter; undefined if it is not the JSON that §5.5 describes. */
export const parse = (text: string): ClaimsRequest | undefined => {
  const decoded = Schema.decodeUnknownOption(Parameter)(text)
  if (decoded._tag === "None") return undefined
  const { id_token, userinfo } = decoded.value
  const acr = id_token?.["acr"]
  const acrValues = acrValuesOf(acr)
  const isEssential = acr?.essential === true
  return new ClaimsRequest({
    userinfo: personal(userinfo),
    idToken: personal(id_token),
    subject: subjectOf(id_token?.["sub"]) ?? subjectOf(userinfo?.["sub"]) ?? null,
    essentialAcr: isEssential ? acrValues : null,
    ...(isEssential || acrValues === null ? {} : { voluntaryAcr: acrValues })
  })
}

/** The names that tell something about the person. `sub`, `acr`, `auth_time` are there anyway, and need no consent. */
const personal = (asked: object | null | undefined): ReadonlyArray<string> =>
  Object.keys(asked ?? {}).filter((name) => standardClaims.includes(name))

const subjectOf = (asked: Asked | undefined): string | undefined =>
  typeof asked?.value === "string" ? asked.value : undefined

const acrValuesOf = (asked: Asked | undefined): ReadonlyArray<string> | null => {
  const values = [...(asked?.values ?? []), ...(asked?.value === undefined ? [] : [asked.value])]
  const texts = values.filter((value) => typeof value === "string")
  return texts.length === 0 ? null : texts
}
