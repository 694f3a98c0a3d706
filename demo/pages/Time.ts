/** Times for people. Without a script the browser's time zone is not known, so they are in UTC and say so. */
import { type Html, html } from "../Html.ts"

export const moment = (milliseconds: number): Html => {
  const iso = new Date(milliseconds).toISOString()
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC</time>`
}

/** "in 59 min", "2 h ago". */
export const fromNow = (milliseconds: number, now: number): string => {
  const span = distance(Math.round(Math.abs(milliseconds - now) / 1000))
  return milliseconds > now ? `in ${span}` : `${span} ago`
}

const distance = (seconds: number): string => {
  if (seconds < 100) return `${seconds} s`
  if (seconds < 100 * 60) return `${Math.round(seconds / 60)} min`
  return seconds < 48 * 3600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86400)} days`
}
