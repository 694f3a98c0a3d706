/** Reading what an operator gave by a schema, with an answer that names the field at fault. */
import { Result, Schema, SchemaIssue } from "effect"
import { InvalidField } from "./Refusals.ts"

const issuesOf = SchemaIssue.makeFormatterStandardSchemaV1()

/** `redirect_uris[0]`, `address.country`. */
const nameOf = (path: ReadonlyArray<unknown>): string =>
  path.reduce<string>((name, part) => {
    if (typeof part === "number") return `${name}[${part}]`
    return name === "" ? String(part) : `${name}.${String(part)}`
  }, "")

/** The value by its schema; a member that the schema does not know is refused, for it is a slip of the pen. */
export const readFields = <A, I>(schema: Schema.Codec<A, I>, unknownMember: string) => {
  const decode = Schema.decodeUnknownResult(schema, { onExcessProperty: "error" })
  return (value: unknown): Result.Result<A, InvalidField> =>
    Result.mapError(decode(value), ({ issue }) => faultyField(issue, unknownMember))
}

/** The first field that is at fault, and why. */
export const faultyField = (issue: SchemaIssue.Issue, unknownMember: string): InvalidField => {
  const [first] = issuesOf(issue).issues
  const field = nameOf((first?.path ?? []).map((part) => (typeof part === "object" ? part.key : part)))
  const problem = first?.message ?? "cannot be read"
  const reason = problem === "Expected no excess property" ? unknownMember : withoutSubject(problem)
  return new InvalidField({ field, message: field === "" ? `${reason}.` : `${field}: ${reason}.` })
}

/** What a check says, without the name it gives its own subject, and in the middle of a sentence. */
const withoutSubject = (problem: string): string => {
  const text = problem.replace(/^redirect_uri /, "")
  return text.slice(0, 1).toLowerCase() + text.slice(1)
}
