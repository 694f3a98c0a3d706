/** Colours and how well they can be told apart. WCAG 2.2 §1.4.3, §1.4.11, and its definition of relative luminance. */
import { Schema } from "effect"

/** Six hexadecimal digits: opaque, and the same everywhere. */
export const Colour = Schema.String.pipe(Schema.check(Schema.isPattern(/^#[0-9a-f]{6}$/)), Schema.brand("Colour"))
export type Colour = typeof Colour.Type

/** From 1 (the same) to 21 (black on white), whichever is the text. */
export const contrast = (one: Colour, other: Colour): number => {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

const white = Colour.make("#ffffff")
const black = Colour.make("#000000")

/** Text that can be read on a colour. One of the two always can: the square root of 21 is more than 4.5. */
export const textOn = (colour: Colour): Colour => (contrast(colour, white) >= 4.5 ? white : black)

/** The colour a little further away from the text on it. */
export const deeper = (colour: Colour): Colour => {
  const towards = textOn(colour) === white ? 0 : 255
  const mixed = channels(colour).map((value) => Math.round(value + (towards - value) * 0.18))
  return Colour.make(`#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`)
}

const luminance = (colour: Colour): number => {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((value) => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** Red, green and blue, from 0 to 255. */
const channels = (colour: Colour): ReadonlyArray<number> =>
  [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
