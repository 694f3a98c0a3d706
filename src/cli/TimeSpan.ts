/** A time as an operator writes it in a flag: `45s`, `30m`, `12h`, `7d`. */
import { Option } from "effect"

const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** In milliseconds; none if it cannot be meant. */
export const parseTimeSpan = (text: string): Option.Option<number> => {
  const [, number, unit] = /^([1-9][0-9]{0,5})([smhd])$/.exec(text) ?? []
  return number === undefined ? Option.none() : Option.some(Number(number) * units[unit as keyof typeof units])
}
