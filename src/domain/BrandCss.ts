/**
 * The style sheet of an operator, of which only shapes and letters may be set: no colour (those are settings, whose
 * contrast is checked), no address, nothing that hides, covers or moves what a page says.
 *
 * It is parsed by what is allowed, and written anew from what was understood: nothing of the text itself is served.
 * The list, and what is not on it: docs/branding.md.
 */
import { Result } from "effect"

/** Why a style sheet is refused, with the line on which it stands. */
export interface CssProblem {
  readonly line: number
  readonly message: string
}

/** Characters. */
const longest = 10_000

/** The style sheet as it is served. */
export const brandCss = (text: string): Result.Result<string, CssProblem> => {
  if (text.length > longest) return refuse(text, 0, `the style sheet is longer than ${longest} characters`)
  const css = withoutComments(text)
  const rules: Array<string> = []
  let at = start(css, 0)
  while (at < css.length) {
    const rule = readRule(css, at)
    if (Result.isFailure(rule)) return Result.fail(rule.failure)
    rules.push(rule.success.text)
    at = start(css, rule.success.end)
  }
  return Result.succeed(rules.join("\n"))
}

export const selectors: ReadonlyArray<string> = (
  "body header main footer h1 h2 h3 p a label input button " +
  ".lede .hint .alert .tile .field .primary .secondary .scopes .sections"
).split(" ")

/** A length, as pixels: `rem` and `em` are 16 of them, as browsers begin with. */
const length =
  (least: number, most: number) =>
  (value: string): boolean => {
    const [, number, unit] = /^(-?\d{0,3}(?:\.\d{1,4})?)(px|rem|em)?$/.exec(value) ?? []
    if (number === undefined || number === "" || Number.isNaN(Number(number))) return false
    if (unit === undefined && Number(number) !== 0) return false
    const pixels = Number(number) * (unit === "px" ? 1 : 16)
    return pixels >= least && pixels <= most
  }

const number =
  (least: number, most: number) =>
  (value: string): boolean =>
    /^\d{1,3}(\.\d{1,4})?$/.test(value) && Number(value) >= least && Number(value) <= most

const oneOf =
  (...words: ReadonlyArray<string>) =>
  (value: string): boolean =>
    words.includes(value)

const either =
  (...tests: ReadonlyArray<(value: string) => boolean>) =>
  (value: string): boolean =>
    tests.some((test) => test(value))

/** One to four values. */
const sides =
  (test: (value: string) => boolean) =>
  (value: string): boolean => {
    const values = value.split(" ")
    return values.length <= 4 && values.every(test)
  }

/** Fonts that the person's device has: none is loaded from anywhere. */
const family = (value: string): boolean =>
  value.split(",").every((name) => /^("[A-Za-z0-9 -]{1,40}"|[a-z]+(-[a-z]+)*)$/.test(name.trim()))

interface Grammar {
  readonly test: (value: string) => boolean
  /** How it is told. */
  readonly is: string
}

/** What each property may be. */
export const properties: Readonly<Record<string, Grammar>> = {
  "border-radius": { test: sides(length(0, 48)), is: "one to four lengths from 0 to 48px" },
  "border-width": { test: sides(length(1, 4)), is: "one to four lengths from 1px to 4px" },
  "border-style": { test: oneOf("solid", "dashed", "dotted", "double"), is: "solid, dashed, dotted or double" },
  "box-shadow": { test: oneOf("none"), is: "none" },
  "font-family": { test: family, is: 'names of fonts, in double quotes, or of kinds of fonts ("serif")' },
  // Smaller letters are hard to read, and a phone zooms in on a field that has them.
  "font-size": { test: length(16, 48), is: "a length from 16px to 48px" },
  "font-style": { test: oneOf("normal", "italic"), is: "normal or italic" },
  "font-weight": { test: either(oneOf("normal", "bold"), number(400, 900)), is: "normal, bold, or 400 to 900" },
  gap: { test: length(0, 64), is: "a length from 0 to 64px" },
  "justify-content": { test: oneOf("start", "center"), is: "start or center" },
  // WCAG 2.2 §1.4.12: whoever needs more room between letters and lines gets it from their own browser.
  "letter-spacing": { test: either(oneOf("normal"), length(-0.8, 3.2)), is: "normal, or -0.05em to 0.2em" },
  "line-height": { test: number(1.2, 2), is: "a number from 1.2 to 2" },
  "margin-block": { test: sides(length(0, 64)), is: "lengths from 0 to 64px" },
  "max-width": { test: length(320, 960), is: "a length from 320px to 960px" },
  padding: { test: sides(length(0, 64)), is: "one to four lengths from 0 to 64px" },
  "padding-block": { test: sides(length(0, 64)), is: "lengths from 0 to 64px" },
  "padding-inline": { test: sides(length(0, 64)), is: "lengths from 0 to 64px" },
  "text-align": { test: oneOf("start", "center"), is: "start or center" },
  "text-transform": { test: oneOf("none", "uppercase", "capitalize"), is: "none, uppercase or capitalize" }
}

const refuse = (css: string, at: number, message: string): Result.Result<never, CssProblem> =>
  Result.fail({ line: css.slice(0, at).split("\n").length, message })

/** Comments as spaces, so that every character stays on its line. One that is not closed stays, and is refused. */
const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " "))

/** Where the next thing begins. */
const start = (css: string, at: number): number => at + (/^\s*/.exec(css.slice(at))?.[0].length ?? 0)

/** One rule from `at` on, and where it ends. */
const readRule = (css: string, at: number): Result.Result<{ text: string; end: number }, CssProblem> =>
  Result.gen(function* () {
    const open = css.indexOf("{", at)
    const close = css.indexOf("}", at)
    const head = open < 0 ? css.slice(at) : css.slice(at, open)
    if (head.startsWith("@")) return yield* refuse(css, at, `${shown(head)} cannot be used: there are no @-rules`)
    const named = head.split(",").map((selector) => selector.trim())
    const unknown = named.find((selector) => !selectors.includes(selector))
    if (unknown !== undefined) {
      return yield* refuse(css, at, `${shown(unknown)} cannot be a selector; what can: ${selectors.join(" ")}`)
    }
    if (open < 0 || close < open) return yield* refuse(css, at, `the rule of ${shown(head)} has no { } around it`)
    const declarations = yield* readDeclarations(css, open + 1, close)
    // Twice the root, so that it counts before our own style sheet without any "!important".
    const selector = named.map((one) => `:root:root ${one}`).join(", ")
    return { text: `${selector} { ${declarations.join(" ")} }`, end: close + 1 }
  })

const readDeclarations = (css: string, from: number, to: number): Result.Result<Array<string>, CssProblem> =>
  Result.gen(function* () {
    const declarations: Array<string> = []
    let at = from
    for (const text of css.slice(from, to).split(";")) {
      if (text.trim() !== "") declarations.push(yield* readDeclaration(css, start(css, at), text.trim()))
      at += text.length + 1
    }
    return declarations
  })

const readDeclaration = (css: string, at: number, text: string): Result.Result<string, CssProblem> => {
  const colon = text.indexOf(":")
  const property = text.slice(0, Math.max(colon, 0)).trim()
  const value = text
    .slice(colon + 1)
    .trim()
    .replace(/\s+/g, " ")
  const known = Object.hasOwn(properties, property) ? properties[property] : undefined
  if (known === undefined) {
    const all = Object.keys(properties).join(" ")
    return refuse(css, at, `${shown(property || text)} cannot be set; what can: ${all}`)
  }
  return known.test(value)
    ? Result.succeed(`${property}: ${value};`)
    : refuse(css, at, `${property} cannot be ${shown(value)}: it is ${known.is}`)
}

/** As much of a text as fits into a sentence. */
const shown = (text: string): string => `"${text.trim().replace(/\s+/g, " ").slice(0, 60)}"`
