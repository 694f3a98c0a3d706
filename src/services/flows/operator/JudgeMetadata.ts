/** Whether metadata describe a client that can work, with an answer that names the field. RFC 7591 §2 and §2.1. */
import { Result } from "effect"
import { ClientMetadata } from "../../../domain/ClientMetadata.ts"
import { supported } from "../../../domain/Scope.ts"
import { readFields } from "./Field.ts"
import { InvalidField } from "./Refusals.ts"

const read = readFields(ClientMetadata, "is not a member of client metadata that this provider knows")

/** Members as an operator gives them, over `base`. One that is null is taken away. */
export const judgeMetadata = (
  base: ClientMetadata,
  given: Readonly<Record<string, unknown>>
): Result.Result<ClientMetadata, InvalidField> =>
  Result.gen(function* () {
    const members = Object.entries({ ...base, ...given }).filter(([, value]) => value !== null)
    const metadata = yield* read(Object.fromEntries(members))
    const problem = whatCannotWork(metadata)
    return problem === undefined ? metadata : yield* Result.fail(new InvalidField(problem))
  })

/** What the schema of each member alone cannot say. */
const whatCannotWork = (metadata: ClientMetadata): { field: string; message: string } | undefined => {
  const { grant_types, redirect_uris, response_types, scopes } = metadata
  const refused = (field: keyof ClientMetadata, reason: string) => ({ field, message: `${field}: ${reason}.` })
  const unknownScope = scopes.find((scope) => !(supported as ReadonlyArray<string>).includes(scope))
  if (unknownScope !== undefined) {
    return refused("scopes", `${JSON.stringify(unknownScope)} is none of ${supported.join(", ")}`)
  }
  if (scopes.length === 0) return refused("scopes", "a client that may ask for nothing can do nothing")
  if (!grant_types.includes("authorization_code")) {
    return refused("grant_types", "every grant begins with authorization_code")
  }
  if (!response_types.includes("code")) return refused("response_types", "authorization_code needs code")
  if (redirect_uris.length === 0) return refused("redirect_uris", "authorization_code needs at least one")
  return undefined
}
