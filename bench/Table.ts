/** What was measured, as a table for a terminal. */
import type { Round } from "./Measure.ts"

export interface Row {
  readonly name: string
  readonly hapax: Round
  readonly reference: Round
}

const columns = [26, 9, 9, 9, 12, 9, 9, 8] as const

const line = (cells: ReadonlyArray<string>): string =>
  cells
    .map((cell, index) => (index === 0 ? cell.padEnd(columns[0]) : cell.padStart(columns[index] ?? 0)))
    .join("")
    .trimEnd()

export const heading: ReadonlyArray<string> = [
  line(["", "Hapax", "", "", "oidc-provider", "", "", "ratio"]),
  line(["operation", "req/s", "p50 ms", "p95 ms", "req/s", "p50 ms", "p95 ms", "req/s"])
]

const number = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)

const cells = ({ p50, p95, rate }: Round): ReadonlyArray<string> => [number(rate), number(p50), number(p95)]

/** Above 1, Hapax does more of them in a second. */
const ratio = ({ hapax, reference }: Row): string => (hapax.rate / reference.rate).toFixed(2)

export const rowText = (row: Row): string => line([row.name, ...cells(row.hapax), ...cells(row.reference), ratio(row)])
