/** Two texts, and where they differ: a few lines a place, each under the heading it stands under. */

/** A line that is only in one of the texts. */
interface Change {
  readonly sign: "-" | "+"
  readonly line: string
  /** The heading above it. */
  readonly under: string
}

/** At most `most` lines of difference; empty if the texts are the same. */
export const difference = (before: string, after: string, most = 40): ReadonlyArray<string> => {
  const changes = changesOf(before.split("\n"), after.split("\n"))
  const lines: Array<string> = []
  let under: string | undefined
  for (const change of changes.slice(0, most)) {
    if (change.under !== under) lines.push(`  ${change.under}`)
    under = change.under
    lines.push(`  ${change.sign} ${change.line}`)
  }
  return changes.length > most ? [...lines, `  … and ${changes.length - most} lines more`] : lines
}

const changesOf = (before: ReadonlyArray<string>, after: ReadonlyArray<string>): ReadonlyArray<Change> => {
  const common = commonLengths(before, after)
  const changes: Array<Change> = []
  let [i, j, under] = [0, 0, ""]
  while (i < before.length || j < after.length) {
    const [old, now] = [before[i], after[j]]
    const isSame = old === now
    const isGone = !isSame && old !== undefined && (now === undefined || at(common, i + 1, j) >= at(common, i, j + 1))
    const line = (isGone ? old : now) ?? ""
    if (line.startsWith("#")) under = line
    if (!isSame && line !== "") changes.push({ sign: isGone ? "-" : "+", line, under })
    if (isSame || isGone) i++
    if (!isGone) j++
  }
  return changes
}

const at = (table: ReadonlyArray<Uint32Array>, i: number, j: number): number => table[i]?.[j] ?? 0

/** How many lines the rests of both texts have in common in order, for every pair of rests. */
const commonLengths = (before: ReadonlyArray<string>, after: ReadonlyArray<string>): ReadonlyArray<Uint32Array> => {
  const table = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1))
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const value =
        before[i] === after[j] ? at(table, i + 1, j + 1) + 1 : Math.max(at(table, i + 1, j), at(table, i, j + 1))
      table[i]?.fill(value, j, j + 1)
    }
  }
  return table
}
