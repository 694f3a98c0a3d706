/** The marks of which a picture is made: labels, notes, arrows that arrive and arrows that do not. */
import { characterWidth, lineHeight } from "./DiagramLanes.ts"
import { element, escaped } from "./Markup.ts"

/** A line of a label, and how it looks. */
export interface Line {
  readonly text: string
  readonly look: "" | "bad" | "quiet"
}

/** Lines under one another, the first one's foot at `y`. */
export const label = (lines: ReadonlyArray<Line>, x: number, y: number): string =>
  lines
    .map(({ look, text }, index) => {
      const foot = y + index * lineHeight
      const width = text.length * characterWidth + 8
      const ground = { class: "ground", x: x - width / 2, y: foot - 11, width, height: 14 }
      return (
        element("rect", ground) + element("text", { class: look, x, y: foot, "text-anchor": "middle" }, escaped(text))
      )
    })
    .join("")

/** Lines in a box, whose upper edge is at `y`. */
export const note = (lines: ReadonlyArray<Line>, x: number, y: number): string => {
  const width = Math.max(...lines.map(({ text }) => text.length)) * characterWidth + 18
  const isBad = lines.some(({ look }) => look === "bad")
  const box = {
    class: isBad ? "note bad-note" : "note",
    x: x - width / 2,
    y,
    width,
    height: noteHeight(lines.length),
    rx: 7
  }
  const text = lines.map((line, index) =>
    element(
      "text",
      { class: line.look, x, y: y + 16 + index * lineHeight, "text-anchor": "middle" },
      escaped(line.text)
    )
  )
  return element("rect", box) + text.join("")
}

export const noteHeight = (lines: number): number => lines * lineHeight + 8

export interface Arrow {
  readonly from: number
  readonly to: number
  readonly y: number
  readonly look: string
}

/** An arrow that arrives. */
export const arrow = ({ from, look, to, y }: Arrow): string => {
  const back = to > from ? -9 : 9
  const line = { class: `arrow ${look}`.trim(), d: `M${rounded(from)} ${rounded(y)}H${rounded(to + back / 2)}` }
  const tip = `M${rounded(to)} ${rounded(y)}l${back} -4.5v9z`
  return element("path", line) + element("path", { class: `tip ${look}`.trim(), d: tip })
}

/** A line that ends with a cross: what was on its way is lost. */
export const lost = ({ from, look, to, y }: Arrow): string =>
  element("path", { class: `arrow ${look}`.trim(), d: `M${rounded(from)} ${rounded(y)}H${rounded(to)}` }) + cross(to, y)

export const cross = (x: number, y: number): string =>
  element("path", { class: "cross", d: `M${rounded(x - 5)} ${rounded(y - 5)}l10 10m0 -10l-10 10` })

/** The time that a place takes for a call. */
export const work = (x: number, from: number, to: number, look: string): string =>
  element("rect", { class: `work ${look}`.trim(), x: x - 4, y: from - 3, width: 8, height: to - from + 6, rx: 2 })

/** What arrives much later than it was sent. */
export const late = (fromX: number, fromY: number, toX: number, toY: number): string => {
  const back = toX > fromX ? -9 : 9
  const d = `M${rounded(fromX)} ${rounded(fromY)}L${rounded(toX + back)} ${rounded(toY)}`
  const tip = `M${rounded(toX)} ${rounded(toY)}l${back} -4.5v9z`
  return element("path", { class: "late", d }) + element("path", { class: "tip", d: tip })
}

const rounded = (number: number): number => Math.round(number * 10) / 10
