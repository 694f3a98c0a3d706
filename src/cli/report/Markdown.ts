/** Markdown as the formatter would leave it: tables in columns, prose in lines of 120, links by reference. */
import type { Place } from "./Facts.ts"

const columns = 120

/** A table whose columns stand under each other; columns of numbers stand to the right. */
export const table = (heads: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string | number>>): string => {
  const cells = rows.map((row) => row.map((cell) => String(cell).replaceAll("|", "\\|")))
  const numeric = heads.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === "number"))
  const widths = heads.map((head, column) => Math.max(3, width(head), ...cells.map((row) => width(row[column] ?? ""))))
  const line = (row: ReadonlyArray<string>) =>
    `| ${row.map((cell, column) => pad(cell, widths[column] ?? 0, numeric[column] ?? false)).join(" | ")} |`
  const rule = widths.map((most, column) => (numeric[column] ? `${"-".repeat(most - 1)}:` : "-".repeat(most)))
  return [line(heads), `| ${rule.join(" | ")} |`, ...cells.map(line)].join("\n")
}

const width = (text: string): number => [...text].length

const pad = (text: string, to: number, right: boolean): string => {
  const space = " ".repeat(to - width(text))
  return right ? space + text : text + space
}

/** Running text in lines, none of which begins with what Markdown would take for a list or a heading. */
export const prose = (text: string, indent = ""): string => {
  // What stands in backquotes is one word, however many spaces are in it.
  const words = text.match(/(?:`[^`]*`|\S)+/g) ?? []
  const lines: Array<string> = []
  for (const word of words) {
    const line = lines.at(-1)
    const fits = line !== undefined && width(indent) + width(line) + 1 + width(word) <= columns
    if (line === undefined) lines.push(word)
    else if (fits || /^([-+*#>]|\d+[.)]$)/.test(word)) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines.join(`\n${indent}`)
}

export const item = (text: string): string => `- ${prose(text, "  ")}`

/** Text of people, in which a star is a star; what stands in backquotes is left alone. */
export const plain = (text: string): string =>
  text.replaceAll(/`[^`]*`|[*<[\]]/g, (found) => (found.length > 1 ? found : `\\${found}`))

export const code = (text: string): string => `\`${text}\``

/** A link by reference: the definitions stand at the end of the page, so that the page reads as text. */
export const reference = (text: string): string => `[${code(text)}]`

/** A link to a file from `docs/`, called after what it declares. */
export const linkTo = ({ file, name }: Place): string => `[${code(name)}](../${file})`

/** The anchors of a page's headings, by their text: a heading that was there before is counted. */
export const anchors = (page: string): ReadonlyMap<string, string> => {
  const counts = new Map<string, number>()
  const found = new Map<string, string>()
  for (const [, text = ""] of page.matchAll(/^#+ (.*)$/gm)) {
    const slug = text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-")
    const count = counts.get(slug) ?? 0
    counts.set(slug, count + 1)
    if (!found.has(text)) found.set(text, count === 0 ? slug : `${slug}-${count}`)
  }
  return found
}

export const listed = (texts: ReadonlyArray<string>): string => texts.join(", ")
