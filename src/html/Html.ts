/**
 * HTML as a value: a template in which everything is escaped that was not written in the template itself.
 *
 * The template knows where each value stands. In text and in a double-quoted attribute it is escaped; in an attribute
 * that holds an address it also passes `safeUrl`; inside a tag only an `Attribute` is taken; anywhere else (an
 * unquoted value, an event handler, a comment) it renders nothing. There is no way to say "this string is already
 * HTML": constants are written as templates.
 */
import { safeUrl } from "./SafeUrl.ts"

/** What may stand in a template. `undefined` and `false` render nothing. */
export type Value = string | number | Html | Attribute | undefined | false | ReadonlyArray<Value>

/** The attributes that a page sets or leaves out by a condition. None of them holds an address or a script. */
export type AttributeName = "autofocus" | "aria-describedby" | "aria-invalid" | "class" | "selected" | "value"

let make: (markup: string) => Html

/** Markup made by `html`. Nothing else can make one. */
export class Html {
  readonly #markup: string
  private constructor(markup: string) {
    this.#markup = markup
  }
  static {
    make = (markup) => new Html(markup)
  }
  toString(): string {
    return this.#markup
  }
}

/** An attribute inside a tag, with the space before it. */
export class Attribute {
  readonly #name: AttributeName
  readonly #value: string | boolean | undefined
  constructor(name: AttributeName, value: string | boolean | undefined) {
    this.#name = name
    this.#value = value
  }
  toString(): string {
    if (this.#value === undefined || this.#value === false) return ""
    return this.#value === true ? ` ${this.#name}` : ` ${this.#name}="${escaped(this.#value)}"`
  }
}

/** Sets an attribute, or leaves it out if the value is `undefined` or `false`: `<input${attribute("class", c)}>`. */
export const attribute = (name: AttributeName, value: string | boolean | undefined): Attribute =>
  new Attribute(name, value)

/** The template: html`<p title="${a}">${b}</p>`. */
export const html = (strings: TemplateStringsArray, ...values: ReadonlyArray<Value>): Html => {
  const places = placesOf(strings)
  return make(
    strings.reduce((markup, piece, i) => markup + renderAt(places[i - 1] ?? "nowhere", values[i - 1]) + piece)
  )
}

/** The five characters that end a text or an attribute, as references. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => references[character] ?? "")

const references: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" }

type Place = "text" | "attribute" | "address" | "tag" | "nowhere"

const renderAt = (place: Place, value: Value): string => {
  if (value === undefined || value === false || place === "nowhere") return ""
  if (isMany(value)) return value.map((one) => renderAt(place, one)).join("")
  if (value instanceof Attribute || place === "tag") {
    return value instanceof Attribute && place === "tag" ? value.toString() : ""
  }
  if (value instanceof Html && place === "text") return value.toString()
  return escaped(place === "address" ? safeUrl(String(value)) : String(value))
}

const isMany = (value: Value): value is ReadonlyArray<Value> => Array.isArray(value)

/** A template's places never change, so they are found once. */
const known = new WeakMap<TemplateStringsArray, ReadonlyArray<Place>>()

const placesOf = (strings: TemplateStringsArray): ReadonlyArray<Place> => {
  const before = known.get(strings)
  if (before !== undefined) return before
  const places = scan(strings)
  known.set(strings, places)
  return places
}

const addresses = new Set(["href", "src", "action", "formaction"])
const dangerous = /^(on.*|style|srcdoc|srcset|ping)$/

const scan = (strings: TemplateStringsArray): ReadonlyArray<Place> => {
  let inTag = false
  let quotedName: string | undefined
  return strings.map((piece) => {
    for (const [i, character] of Array.from(piece).entries()) {
      if (quotedName !== undefined) {
        if (character === '"') quotedName = undefined
      } else if (!inTag) inTag = character === "<"
      else if (character === ">") inTag = false
      else if (character === '"') quotedName = /([a-zA-Z-]+)=$/.exec(piece.slice(0, i))?.[1]?.toLowerCase() ?? "on"
    }
    if (quotedName === undefined) return inTag ? "tag" : "text"
    return dangerous.test(quotedName) ? "nowhere" : addresses.has(quotedName) ? "address" : "attribute"
  })
}
