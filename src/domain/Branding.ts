/**
 * What an operator makes of the look of the pages: name, logo, colours and a style sheet. WCAG 2.2 §1.4.3, §1.4.11.
 *
 * A colour that could not be read is refused when it is set, so that no page has to think about it.
 */
import { Result, Schema } from "effect"
import { brandCss } from "./BrandCss.ts"
import { Colour, contrast, deeper, textOn } from "./Colour.ts"
import { type Palette, palettes, type Scheme, schemes, type Tone } from "./Palette.ts"

/** The colours that are the operator's to choose; every other one follows from them or is ours. */
const Colours = Schema.Struct({
  /** Links, icons, and the ring around what has the focus. */
  accent: Schema.optionalKey(Colour),
  /** The button that goes on. The text on it follows. */
  button: Schema.optionalKey(Colour),
  /** Around the card, on large screens. */
  background: Schema.optionalKey(Colour)
})
type Colours = typeof Colours.Type

/** Without control characters and the marks that turn the direction of a line. */
const Name = Schema.String.pipe(Schema.check(Schema.isPattern(/^(?=.*[\p{L}\p{N}])[^\p{C}\u2028\u2029]{1,40}$/u)))

const Logo = Schema.String.pipe(
  Schema.check(Schema.isMaxLength(500)),
  Schema.check(
    Schema.makeFilter((text: string) => {
      if (!/^https:\/\/[!#$&-;=?-Z_a-z~%]+$/.test(text) || !URL.canParse(text)) return "is no https address"
      const { password, username } = new URL(text)
      return username === "" && password === "" ? undefined : "has a name or password in it"
    })
  )
)

export class Branding extends Schema.Class<Branding>("Branding")({
  name: Schema.optionalKey(Name),
  /** Loaded by the person's browser, never by this provider. */
  logo: Schema.optionalKey(Logo),
  light: Colours,
  dark: Colours,
  /** As `brandCss` wrote it. */
  css: Schema.optionalKey(Schema.String),
  /** Counts the changes; 0 before the first. */
  version: Schema.Int
}) {}

/** The look of a provider whose operator has set nothing. */
export const unbranded: Branding = new Branding({ light: {}, dark: {}, version: 0 })

/** What an operator gives; what is not given stays as it was. */
export interface BrandingChange {
  readonly name?: string
  readonly logo?: string
  /** By scheme and name: `light.accent`. */
  readonly colours?: Readonly<Record<string, string>>
  readonly css?: string
}

export interface BrandingProblem {
  readonly field: string
  readonly message: string
}

type Judged<A> = Result.Result<A, BrandingProblem>

/** The next version of the look. */
export const rebranded = (before: Branding, change: BrandingChange): Judged<Branding> =>
  Result.gen(function* () {
    const colours = yield* coloursOf(before, change.colours ?? {})
    const css = change.css === undefined ? before.css : yield* cssOf(change.css)
    const fields = {
      name: change.name ?? before.name,
      logo: change.logo ?? before.logo,
      css: css === "" ? undefined : css
    }
    yield* judged("name", Name, change.name, "1 to 40 characters, of which at least one is a letter or a digit")
    yield* judged("logo", Logo, change.logo, "an https address of at most 500 characters, without name and password")
    const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
    return new Branding({ ...given, ...colours, version: before.version + 1 })
  })

/** The colours of the pages under this branding. */
export const paletteOf = (branding: Branding, scheme: Scheme): Palette => {
  const { accent, background, button } = branding[scheme]
  const buttons: Partial<Record<Tone, Colour>> =
    button === undefined ? {} : { strong: button, "on-strong": textOn(button), "strong-hover": deeper(button) }
  return {
    ...palettes[scheme],
    ...(accent === undefined ? {} : { accent }),
    ...(background === undefined ? {} : { paper: background }),
    ...buttons
  }
}

const judged = <A>(field: string, schema: Schema.Codec<A, string>, value: string | undefined, is: string) =>
  value === undefined || Schema.is(schema)(value)
    ? Result.void
    : Result.fail({ field, message: `must be ${is}` } satisfies BrandingProblem)

const cssOf = (text: string): Judged<string> =>
  Result.mapError(brandCss(text), ({ line, message }) => ({ field: "css", message: `line ${line}: ${message}` }))

const places: ReadonlyArray<string> = schemes.flatMap((scheme) =>
  Object.keys(Colours.fields).map((name) => `${scheme}.${name}`)
)

const coloursOf = (before: Branding, given: Readonly<Record<string, string>>): Judged<Record<Scheme, Colours>> =>
  Result.gen(function* () {
    const colours: Record<Scheme, Record<string, Colour>> = { light: { ...before.light }, dark: { ...before.dark } }
    for (const [place, text] of Object.entries(given)) {
      const field = `colour ${place}`
      if (!places.includes(place)) return yield* Result.fail({ field, message: `must be one of ${places.join(" ")}` })
      const colour = text.toLowerCase()
      yield* judged(field, Colour, colour, "six hexadecimal digits after a #")
      const [scheme = "light", name = ""] = place.split(".") as [Scheme, string]
      colours[scheme][name] = Colour.make(colour)
    }
    const next = new Branding({ ...colours, version: 0 })
    for (const scheme of schemes) yield* readable(scheme, next)
    return colours
  })

/** What has to be told apart: on which colour, and how well. Text needs 4.5, anything else 3. */
const pairs: ReadonlyArray<readonly [keyof Colours, Tone, Tone, number]> = [
  ["background", "soft", "paper", 4.5],
  ["background", "ink", "paper", 4.5],
  ["accent", "accent", "card", 4.5],
  ["accent", "accent", "tint", 3],
  ["accent", "accent", "paper", 3],
  ["button", "strong", "card", 3]
]

const readable = (scheme: Scheme, branding: Branding): Judged<void> => {
  const palette = paletteOf(branding, scheme)
  for (const [name, one, other, least] of pairs) {
    const found = contrast(palette[one], palette[other])
    if (found < least) {
      const message = `has ${one} ${palette[one]} on ${other} ${palette[other]}, a contrast of ${found.toFixed(2)}: `
      const field = `colour ${scheme}.${name}`
      return Result.fail({ field, message: `${message}WCAG 2.2 asks for ${least} (§1.4.3, §1.4.11)` })
    }
  }
  return Result.void
}
