/**
 * A reader of the HTML that these pages may consist of, and of nothing else.
 *
 * It is much stricter than a browser: no comment, no unquoted value, no reference besides the five that escaping
 * makes, no quotation mark in a text. What it cannot read is reported, so a page that escapes too little fails here.
 */
export interface Tag {
  /** Such as `p`, or `/p` for its end. */
  readonly name: string
  readonly attributes: ReadonlyMap<string, string | undefined>
}

export interface Tokens {
  readonly tags: ReadonlyArray<Tag>
  readonly text: string
  /** From the first character that could not be read; empty if all could. */
  readonly unread: string
}

export const read = (html: string): Tokens => {
  const tags: Array<Tag> = []
  let text = ""
  let at = 0
  while (at < html.length) {
    token.lastIndex = at
    const found = token.exec(html)
    if (found === null) break
    if (found[1] !== undefined) tags.push({ name: found[1], attributes: attributesOf(found[2] ?? "") })
    else text += decode(found[3] ?? "")
    at = token.lastIndex
  }
  return { tags, text, unread: html.slice(at) }
}

/** The names of elements and attributes, and the values of those attributes that no outside string may change. */
export const skeleton = ({ tags }: Tokens): ReadonlyArray<string> =>
  tags.map(({ name, attributes }) =>
    [name, ...Array.from(attributes, ([key, value]) => (free.has(key) ? key : `${key}=${value}`))].join(" ")
  )

export const decode = (text: string): string =>
  text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&")

const free = new Set(["value", "aria-label", "data-account", "data-person", "data-provider"])

const safe = String.raw`&(?:amp|lt|gt|quot|#39);`
const attribute = String.raw`[a-zA-Z-]+(?:="(?:[^"<>&']|${safe})*")?`
const token = new RegExp(
  String.raw`<(!doctype html|/?[a-z][a-z0-9]*)((?:\s+${attribute})*)\s*/?>|((?:[^<>&"']|${safe})+)`,
  "y"
)

const attributesOf = (text: string): ReadonlyMap<string, string | undefined> =>
  new Map(
    Array.from(text.matchAll(/([a-zA-Z-]+)(?:="([^"]*)")?/g), ([, name = "", value]) => [
      name,
      value === undefined ? undefined : decode(value)
    ])
  )
