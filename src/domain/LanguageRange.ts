/**
 * Which of our languages somebody would rather read. RFC 4647 §3.4 (Lookup), RFC 9110 §12.5.4 (Accept-Language), OIDC
 * Core §3.1.2.1 (`ui_locales`).
 */
import { type Language, languages } from "./Language.ts"

/** More than anybody speaks. */
const most = 20

/** A language tag or range, as far as its form goes. RFC 4647 §2.1. */
const isRange = (text: string): boolean => /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8}){0,8}$/.test(text)

/** Tags in the order in which they are preferred; whatever is no tag is left out. */
export const fromUiLocales = (text: string): ReadonlyArray<string> => text.split(" ").filter(isRange).slice(0, most)

/** The ranges of a header, the most wanted first; those of the same weight stay in their order. */
export const fromAcceptLanguage = (header: string): ReadonlyArray<string> =>
  header
    .split(",", most)
    .map(weighed)
    .filter((one) => one !== undefined)
    .filter(({ weight }) => weight > 0)
    .toSorted((one, other) => other.weight - one.weight)
    .map(({ range }) => range)

/** The first of our languages that the ranges come to. */
export const lookUp = (ranges: ReadonlyArray<string>): Language | undefined => {
  for (const range of ranges) {
    const found = progressively(range.toLowerCase())
    if (found !== undefined) return found
  }
  return undefined
}

/** `*` is nobody's wish in particular: whoever sends only that gets the default. RFC 4647 §3.4. */
const weighed = (item: string): { readonly range: string; readonly weight: number } | undefined => {
  const [range = "", parameter, ...more] = item.split(";").map((part) => part.trim())
  if (!isRange(range) || more.length > 0) return undefined
  if (parameter === undefined) return { range, weight: 1 }
  const weight = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i.exec(parameter)?.[1]
  return weight === undefined ? undefined : { range, weight: Number(weight) }
}

/** Cuts the range from its end until it is one of ours; a single letter goes with what it introduces. */
const progressively = (range: string): Language | undefined => {
  const found = languages.find((tag) => tag.toLowerCase() === range)
  if (found !== undefined || !range.includes("-")) return found
  return progressively(range.replace(/(-[a-z0-9])?-[^-]*$/, ""))
}
