/** The style sheet that an operator's branding comes to, after ours: colours as settings, and shapes and letters. */
import { Hash } from "effect"
import { type Branding, paletteOf } from "../../domain/Branding.ts"
import { type Palette, palettes, type Scheme, type Tone } from "../../domain/Palette.ts"

/** Undefined for a branding that changes nothing of the kind. */
export const brandStyle = (branding: Branding): string | undefined => {
  const [light, dark] = [changed(branding, "light"), changed(branding, "dark")]
  const parts = [
    light === "" ? "" : `:root { ${light} }`,
    dark === "" ? "" : `@media (prefers-color-scheme: dark) { :root { ${dark} } }`,
    branding.css ?? ""
  ].filter((part) => part !== "")
  return parts.length === 0 ? undefined : `${parts.join("\n")}\n`
}

/** The hash of a style sheet, for the cache, not for security. */
export const versionOf = (style: string): string => (Hash.string(style) >>> 0).toString(36)

/** Tones as the custom properties of a style sheet. */
export const toneStyle = (tones: Partial<Palette>): string =>
  Object.entries(tones)
    .map(([tone, colour]) => `--${tone}: ${colour};`)
    .join(" ")

const changed = (branding: Branding, scheme: Scheme): string => {
  const tones = Object.entries(paletteOf(branding, scheme)).filter(
    ([tone, colour]) => palettes[scheme][tone as Tone] !== colour
  )
  return toneStyle(Object.fromEntries(tones) as Partial<Palette>)
}
