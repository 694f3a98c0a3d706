/** Text and attributes in HTML and SVG. */

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;"
}

/** Text as it may stand anywhere in the page. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? "")

/** An element with its attributes; numbers are rounded, so that the page is the same everywhere. */
export const element = (
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  ...content: ReadonlyArray<string>
): string => {
  const written = Object.entries(attributes).map(([key, value]) => {
    const text = typeof value === "number" ? String(Math.round(value * 10) / 10) : escaped(value)
    return ` ${key}="${text}"`
  })
  return `<${name}${written.join("")}>${content.join("")}</${name}>`
}
