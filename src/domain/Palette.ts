/** The colours of the pages, by day and by night. WCAG 2.2 §1.4.3, §1.4.11. */
import { Colour } from "./Colour.ts"

export const schemes = ["light", "dark"] as const
export type Scheme = (typeof schemes)[number]

export type Tone =
  | "paper"
  | "card"
  | "edge"
  | "ink"
  | "soft"
  | "field"
  | "field-edge"
  | "button-edge"
  | "tint"
  | "accent"
  | "strong"
  | "strong-hover"
  | "on-strong"
  | "alert"
  | "alert-tint"
  | "alert-edge"

export type Palette = Readonly<Record<Tone, Colour>>

const of = (tones: Record<Tone, string>): Palette => {
  const entries = Object.entries(tones).map(([tone, colour]) => [tone, Colour.make(colour)])
  return Object.fromEntries(entries) as Palette
}

export const palettes: Readonly<Record<Scheme, Palette>> = {
  light: of({
    paper: "#f4f3ef",
    card: "#ffffff",
    edge: "#e4e1d9",
    ink: "#1d1c19",
    soft: "#5e5b53",
    field: "#ffffff",
    "field-edge": "#8b877d",
    "button-edge": "#cfcbc1",
    tint: "#f1efe9",
    accent: "#3f49c6",
    strong: "#1d1c19",
    "strong-hover": "#38362f",
    "on-strong": "#ffffff",
    alert: "#9b1f17",
    "alert-tint": "#fdf0ee",
    "alert-edge": "#e9bdb8"
  }),
  dark: of({
    paper: "#121211",
    card: "#1b1b19",
    edge: "#302f2b",
    ink: "#f2f0ea",
    soft: "#aca89e",
    field: "#151514",
    "field-edge": "#7a766d",
    "button-edge": "#4b4943",
    tint: "#282724",
    accent: "#aab2ff",
    strong: "#f2f0ea",
    "strong-hover": "#ffffff",
    "on-strong": "#1b1b19",
    alert: "#ffa79d",
    "alert-tint": "#311b18",
    "alert-edge": "#633029"
  })
}
