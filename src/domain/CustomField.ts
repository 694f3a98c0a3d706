/**
 * Fields of a user that an operator defines beside the standard claims, and what each may hold.
 *
 * Definitions are settings of the provider, values are in the user's home: a definition that goes leaves the values
 * where they are, changed by nobody. Scopes that tell them go on to (`ScopeMapping`), until they are removed.
 */
import { Result, Schema } from "effect"

/** A field by its name; `constructor` is one like any other. */
export const FieldName = Schema.String.pipe(Schema.check(Schema.isPattern(/^[a-z][a-z0-9_]{0,63}$/)))

/** Characters of a text, of what people write and of what is searched for. */
const longestText = 512

const text = Schema.String.pipe(Schema.check(Schema.isMaxLength(longestText)))

export const FieldValue = Schema.Union([text, Schema.Finite, Schema.Boolean])
export type FieldValue = typeof FieldValue.Type

/** The values of one user, by field. */
export const CustomFields = Schema.Record(FieldName, FieldValue)
export type CustomFields = typeof CustomFields.Type

/** What an operator says of a field. */
export const FieldDefinition = Schema.Struct({
  name: FieldName,
  type: Schema.Literals(["text", "number", "boolean"]),
  /** What people read. */
  label: Schema.String.pipe(Schema.check(Schema.isMinLength(1), Schema.isMaxLength(100))),
  /** Whether users are found by it: one more row a user in D1. */
  searchable: Schema.optionalKey(Schema.Boolean),
  /** Whether its person sees it on their account page. */
  shown: Schema.optionalKey(Schema.Boolean)
})
export type FieldDefinition = typeof FieldDefinition.Type

/** All of them, each name once. */
export const FieldDefinitions = Schema.Array(FieldDefinition).pipe(
  Schema.check(
    Schema.isMaxLength(50),
    Schema.makeFilter((all: ReadonlyArray<FieldDefinition>) =>
      new Set(all.map(({ name }) => name)).size === all.length ? undefined : "must name each field once"
    )
  )
)
export type FieldDefinitions = typeof FieldDefinitions.Type

export interface FaultyCustomField {
  readonly field: string
  readonly message: string
}

const types = { text: "string", number: "number", boolean: "boolean" } as const

/** The values after a change: null takes one away, what is not named stays. What is not defined is refused. */
export const changedFields = (
  before: CustomFields,
  given: Readonly<Record<string, unknown>>,
  definitions: FieldDefinitions
): Result.Result<CustomFields, FaultyCustomField> => {
  const after = new Map(Object.entries(before))
  for (const [field, value] of Object.entries(given)) {
    const definition = definitions.find(({ name }) => name === field)
    // Whatever is there may go, defined or not.
    if (value === null) after.delete(field)
    else if (definition === undefined) return Result.fail({ field, message: "is no field that is defined here" })
    else {
      const fault = faultOf(definition, value)
      if (fault !== undefined) return Result.fail({ field, message: fault })
      after.set(field, value as FieldValue)
    }
  }
  return Result.succeed(Object.fromEntries(after))
}

const faultOf = ({ type }: FieldDefinition, value: unknown): string | undefined => {
  if (typeof value !== types[type]) return `must be a ${type}`
  if (typeof value === "number") return Number.isFinite(value) ? undefined : "must be a number"
  if (typeof value !== "string") return undefined
  if (value.length > longestText) return `must have at most ${longestText} characters`
  // A half of a surrogate pair is no text, and a control character has no place in one line.
  return value.isWellFormed() && !/[\p{Cc}\u2028\u2029]/u.test(value) ? undefined : "must not have control characters"
}

/** The form in which a value is looked for. Texts are found whatever their case. */
export const searchForm = (value: FieldValue): string =>
  typeof value === "string" ? value.normalize("NFKC").trim().toLowerCase() : String(value)

/** Of a user's values those by which they are found. */
export const searchableOf = (fields: CustomFields, definitions: FieldDefinitions): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([field]) => definitions.some(({ name, searchable }) => name === field && searchable === true))
      .map(([field, value]) => [field, searchForm(value)])
  )
