/** `hapax branding`: how the pages look. What can be set: docs/branding.md. */
import { readFile } from "node:fs/promises"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { type BrandingAnswer, BrandingAnswer as Answer } from "../Answers.ts"
import { askOperator } from "../AskOperator.ts"
import { CliFailure } from "../CliFailure.ts"
import { fields, json, print } from "../Output.ts"
import { where, withStore } from "./WithStore.ts"

const root = Command.make("branding").pipe(Command.withSharedFlags(where))

const described = {
  name: Flag.String("name").pipe(Flag.withDescription("What this provider calls itself on its pages"), Flag.optional),
  logo: Flag.String("logo").pipe(
    Flag.withDescription("An https address of an image, loaded by people's browsers"),
    Flag.optional
  ),
  colours: Flag.String("colour").pipe(
    Flag.withDescription("light.accent=#3f49c6: accent, button or background, light or dark; may be repeated"),
    Flag.atLeast(0)
  ),
  css: Flag.String("css").pipe(
    Flag.withDescription("A file with a style sheet of what docs/branding.md allows"),
    Flag.optional
  ),
  reset: Flag.Boolean("reset").pipe(
    Flag.withDescription("Begin with the look as it comes; what else is given is set on it"),
    Flag.withDefault(false)
  )
}

const set = Command.make(
  "set",
  { ...described, json },
  Effect.fnUntraced(function* (input) {
    const colours = yield* coloursOf(input.colours)
    const css = Option.isNone(input.css) ? undefined : yield* textOf(input.css.value)
    const given = {
      name: Option.getOrUndefined(input.name),
      logo: Option.getOrUndefined(input.logo),
      colours: input.colours.length === 0 ? undefined : colours,
      css,
      reset: input.reset ? true : undefined
    }
    const asked = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
    if (Object.keys(asked).length === 0) {
      return yield* new CliFailure({ message: "what is to change of the look? See: hapax branding set --help" })
    }
    const made = yield* withStore(yield* root, (store) => askOperator(store, "branding.set", asked, Answer))
    print(input.json, shown(made), `The look is set, and shown within a minute.\n\n${texts(made)}`)
  })
).pipe(
  Command.withDescription("Set how the pages look: what is given replaces what was there"),
  Command.withExamples([
    {
      command: "hapax branding set --name 'Example' --colour light.accent=#0b5d3b --colour dark.accent=#7fe0b4",
      description: "A name, and a colour for light and for dark"
    },
    { command: "hapax branding set --reset", description: "The look as it comes" }
  ])
)

const show = Command.make(
  "show",
  { json },
  Effect.fnUntraced(function* (input) {
    const found = yield* withStore(yield* root, (store) => askOperator(store, "branding.show", {}, Answer))
    print(input.json, shown(found), texts(found))
  })
).pipe(Command.withDescription("Show how the pages look"))

export const branding = root.pipe(
  Command.withDescription("How the pages look: show, set"),
  Command.withSubcommands([show, set])
)

const coloursOf = Effect.fnUntraced(function* (values: ReadonlyArray<string>) {
  const colours: Record<string, string> = {}
  for (const value of values) {
    const [, place, colour] = /^([^=]+)=([^=]+)$/.exec(value) ?? []
    if (place === undefined || colour === undefined) {
      return yield* new CliFailure({ message: `--colour ${value}: write it as light.accent=#3f49c6` })
    }
    colours[place] = colour
  }
  return colours
})

const textOf = (file: string) =>
  Effect.tryPromise({
    try: () => readFile(file, "utf8"),
    catch: () => new CliFailure({ message: `${file} cannot be read` })
  })

const shown = ({ css, dark, light, logo, name }: BrandingAnswer) => ({ name, logo, light, dark, css })

const texts = ({ css, dark, light, logo, name }: BrandingAnswer): string => {
  const colours = Object.entries({ light, dark }).flatMap(([scheme, tones]) =>
    Object.entries(tones).map(([tone, colour]) => [`${scheme}.${tone}`, colour])
  )
  const set = fields({ name, logo, ...Object.fromEntries(colours), css: css === undefined ? undefined : `\n${css}` })
  return set === "" ? "The pages look as they come." : set
}
