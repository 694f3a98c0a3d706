/** A JSON Schema as a list of members that a person reads. JSON Schema 2020-12. */
import { html, type Html } from "../../html/Html.ts"

interface Schema {
  readonly type?: string | ReadonlyArray<string>
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: ReadonlyArray<string>
  readonly items?: Schema
  readonly anyOf?: ReadonlyArray<Schema>
  readonly enum?: ReadonlyArray<unknown>
  readonly additionalProperties?: Schema | boolean
}

/** The members of an object; of anything else, what it is. */
export const membersOf = (schema: Schema): Html =>
  schema.properties === undefined
    ? html`<p>${typeOf(schema)}</p>`
    : html`<ul class="members">
        ${Object.entries(schema.properties).map(([name, member]) =>
          memberOf(name, member, schema.required?.includes(name) === true)
        )}
      </ul>`

const memberOf = (name: string, schema: Schema, required: boolean): Html => {
  const inner = innerOf(schema)
  return html`<li>
    <code>${name}</code> <span class="state">${typeOf(schema)}${!required && ", may be left out"}</span>
    ${schema.description !== undefined && html`<p>${schema.description}</p>`}
    ${
      inner !== undefined &&
      html`<details>
        <summary>Members</summary>
        ${membersOf(inner)}
      </details>`
    }
  </li>`
}

/** What has members of its own: an object, or what a list is of. */
const innerOf = (schema: Schema): Schema | undefined => {
  if (schema.properties !== undefined) return schema
  return schema.items === undefined ? schema.anyOf?.find((one) => one.properties !== undefined) : innerOf(schema.items)
}

const typeOf = (schema: Schema): string => {
  if (schema.enum !== undefined) return schema.enum.map((one) => JSON.stringify(one)).join(" | ")
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(" | ")
  if (schema.items !== undefined) return `list of ${typeOf(schema.items)}`
  return typeof schema.type === "string" ? schema.type : (schema.type?.join(" | ") ?? "any JSON")
}
