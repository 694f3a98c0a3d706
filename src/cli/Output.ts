/** What a command prints: aligned lines for a person, JSON for a program. */
import { Flag } from "effect/cli"

export const json = Flag.Boolean("json").pipe(Flag.withDescription("Print JSON, for programs"), Flag.withDefault(false))

/** Prints the value as JSON if it was asked for, or else the text. */
export const print = (asJson: boolean, value: unknown, text: string): void =>
  console.log(asJson ? JSON.stringify(value, null, 2) : text)

/** Rows with their columns aligned, under a title each. */
export const table = (titles: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = titles.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: ReadonlyArray<string>) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd()
  return [titles, ...rows].map(line).join("\n")
}

/** Names and values, one a line. */
export const fields = (entries: Readonly<Record<string, unknown>>): string => {
  const known = Object.entries(entries).filter(([, value]) => value !== undefined && value !== null)
  const width = Math.max(0, ...known.map(([name]) => name.length))
  return known.map(([name, value]) => `  ${name.padEnd(width)}  ${inWords(value)}`).join("\n")
}

const inWords = (value: unknown): string => {
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(inWords).join(" ")
  return typeof value === "object" ? JSON.stringify(value) : String(value)
}

/** Milliseconds as people read a moment. */
export const moment = (at: number): string => new Date(at).toISOString().replace("T", " ").replace(/\..*/, " UTC")
