/** What somebody who registers a client sends, as members of its metadata. RFC 7591 §2 and §3.1, RFC 7592 §2.2. */
import { Result, Schema } from "effect"
import { ClientMetadata } from "./ClientMetadata.ts"
import { InvalidClientMetadata, InvalidSoftwareStatement, UnapprovedSoftwareStatement } from "./RegistrationError.ts"
import { parse, supported } from "./Scope.ts"

export type Members = Readonly<Record<string, unknown>>

const decode = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Record(Schema.String, Schema.Unknown)))

/** The JSON object of a body. A member that is null is one that is not there (RFC 7592 §2.2). */
export const bodyOf = (text: string): Result.Result<Members, InvalidClientMetadata> =>
  Result.match(decode(text), {
    onFailure: () => refused("the body must be a JSON object of client metadata"),
    onSuccess: (body) => Result.succeed(Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)))
  })

const refused = (error_description: string) => Result.fail(new InvalidClientMetadata({ error_description }))

/** Answers are not encrypted here, and whoever asks for that must not take it for done. */
const isEncryption = (name: string): boolean => /_encrypt(ed|ion)_.*(alg|enc)$/.test(name)

/** The members that this provider knows; others are passed over, as RFC 7591 §2 says. `scopes` is our own word. */
const known: ReadonlyArray<string> = Object.keys(ClientMetadata.fields).filter((name) => name !== "scopes")

/**
 * The metadata of a body. Scopes that only the operator gives (those of resource servers) are left out of what is
 * registered, unless the client has them already: whoever may register must not thereby be allowed more than a user is
 * asked for.
 */
export const membersOf = (
  body: Members,
  held: ReadonlyArray<string> = []
): Result.Result<Members, InvalidClientMetadata | InvalidSoftwareStatement | UnapprovedSoftwareStatement> => {
  const { scope, software_statement: statement } = body
  if (statement !== undefined) {
    const isJwt = typeof statement === "string" && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(statement)
    const error_description = isJwt ? "no software statement is trusted here" : "software_statement is not a JWT"
    return Result.fail(
      isJwt
        ? new UnapprovedSoftwareStatement({ error_description })
        : new InvalidSoftwareStatement({ error_description })
    )
  }
  const encryption = Object.keys(body).find(isEncryption)
  if (encryption !== undefined) return refused(`${encryption}: encryption is not supported`)
  const members = Object.fromEntries(Object.entries(body).filter(([name]) => known.includes(name)))
  if (scope === undefined) return Result.succeed(members)
  const asked = typeof scope === "string" ? parse(scope) : undefined
  if (asked === undefined) return refused("scope: must be scopes with a space between them")
  const given: ReadonlyArray<string> = [...supported, ...held]
  return Result.succeed({ ...members, scopes: asked.filter((one) => given.includes(one)) })
}
