/** Rows of text under one another in columns, wrapped so that a line stays within its width. */

export interface Row {
  /** Stands before the row; as long in all of them. */
  readonly mark: string
  readonly cells: ReadonlyArray<string>
}

const gap = "  "
const narrowest = 12

/** The lines of a table with a head. Columns whose number is in `rigid` are never wrapped. */
export const tableLines = (
  head: ReadonlyArray<string>,
  rows: ReadonlyArray<Row>,
  { rigid, width }: { readonly rigid: ReadonlySet<number>; readonly width: number }
): ReadonlyArray<string> => {
  const mark = rows[0]?.mark.length ?? 0
  const natural = head.map((title, column) =>
    Math.max(title.length, ...rows.map(({ cells }) => (cells[column] ?? "").length))
  )
  const widths = fit(natural, rigid, width - mark - gap.length * (head.length - 1))
  const lineOf = (before: string, cells: ReadonlyArray<string>) =>
    (before + cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(gap)).trimEnd()
  const lines = rows.flatMap(({ cells, mark: before }) => {
    const wrapped = cells.map((cell, column) => wrap(cell, widths[column] ?? cell.length))
    const height = Math.max(...wrapped.map((parts) => parts.length))
    return Array.from({ length: height }, (_, line) =>
      lineOf(
        line === 0 ? before : " ".repeat(mark),
        wrapped.map((parts) => parts[line] ?? "")
      )
    )
  })
  const rule = widths.map((each) => "─".repeat(each))
  return [lineOf(" ".repeat(mark), head), lineOf(" ".repeat(mark), rule), ...lines]
}

/** Gives every column what it needs, or an equal part of what is left if that is not enough. */
const fit = (natural: ReadonlyArray<number>, rigid: ReadonlySet<number>, available: number): ReadonlyArray<number> => {
  const soft = natural.flatMap((wanted, column) => (rigid.has(column) ? [] : [{ wanted, column }]))
  let left = available - natural.reduce((sum, wanted, column) => sum + (rigid.has(column) ? wanted : 0), 0)
  const widths = [...natural]
  soft.sort((a, b) => a.wanted - b.wanted || a.column - b.column)
  soft.forEach(({ column, wanted }, index) => {
    const fair = Math.max(narrowest, Math.floor(left / (soft.length - index)))
    widths[column] = Math.min(wanted, fair)
    left -= widths[column] ?? 0
  })
  return widths
}

/** Breaks a text between words, or within a word that is longer than a line; later lines stand two columns in. */
export const wrap = (text: string, width: number): ReadonlyArray<string> => {
  if (text.length <= width) return [text]
  const lines: Array<string> = []
  let line = ""
  for (const word of text.split(" ")) {
    let rest = word
    const joined = line === "" ? rest : line === indent ? indent + rest : `${line} ${rest}`
    if (joined.length <= width) {
      line = joined
      continue
    }
    if (line.trim() !== "") lines.push(line)
    line = lines.length > 0 ? indent : ""
    while (line.length + rest.length > width) {
      const end = breakOf(rest, Math.max(1, width - line.length))
      lines.push(line + rest.slice(0, end))
      rest = rest.slice(end)
      line = indent
    }
    line += rest
  }
  return line.trim() === "" ? lines : [...lines, line]
}

/** Where a word is broken that has no room: after its last full stop or slash that has, or anywhere. */
const breakOf = (word: string, room: number): number => {
  const end = Math.max(word.lastIndexOf(".", room - 1), word.lastIndexOf("/", room - 1)) + 1
  return end > 1 ? end : room
}

const indent = "  "
