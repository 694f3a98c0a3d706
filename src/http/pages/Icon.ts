/** The small pictures of the pages. They only repeat what the words beside them say, so they are never read aloud. */
import { html, type Html } from "../../html/Html.ts"

/** A picture beside an entry of a list. A scope that has none gets a shield. */
export const icon = (name: string): Html =>
  html`<svg class="icon" viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
    ${icons.get(name) ?? shield}
  </svg>`

/** A picture over a heading. */
export const iconTile = (name: "alert" | "device" | "done" | "email" | "leave" | "openid" | "profile"): Html =>
  html`<span class="tile" aria-hidden="true">${icon(name)}</span>`

const shield: Html = html`<path d="M12 3 4.5 6v5.5c0 4.5 3 8 7.5 9.5 4.5-1.5 7.5-5 7.5-9.5V6z" />`

const icons: ReadonlyMap<string, Html> = new Map([
  ["openid", html`<circle cx="8" cy="15" r="4" /><path d="M11 12 20 3M16 7l3 3" />`],
  ["profile", html`<circle cx="12" cy="8" r="4" /><path d="M4.5 20.5c.8-4 3.8-6 7.5-6s6.7 2 7.5 6" />`],
  ["email", html`<rect x="3" y="5" width="18" height="14" rx="2.5" /><path d="m3.5 7.5 8.5 6 8.5-6" />`],
  ["address", html`<path d="M12 21s7-6 7-11.5a7 7 0 0 0-14 0C5 15 12 21 12 21z" /><circle cx="12" cy="9.5" r="2.5" />`],
  ["phone", html`<rect x="7" y="2.5" width="10" height="19" rx="2.5" /><path d="M11 18h2" />`],
  ["claims", html`<path d="M8.5 6H20M8.5 12H20M8.5 18H20M4 6h.01M4 12h.01M4 18h.01" />`],
  ["offline_access", html`<circle cx="12" cy="12" r="9" /><path d="M12 7v5l3.5 2" />`],
  ["alert", html`<circle cx="12" cy="12" r="9" /><path d="M12 7.5v5.5M12 16.5h.01" />`],
  ["device", html`<rect x="3" y="4.5" width="18" height="12" rx="2" /><path d="M8 20h8M12 16.5V20" />`],
  ["done", html`<circle cx="12" cy="12" r="9" /><path d="m8 12.5 2.8 2.8L16 9.5" />`],
  ["leave", html`<path d="M10 4H6.5A2.5 2.5 0 0 0 4 6.5v11A2.5 2.5 0 0 0 6.5 20H10M9.5 12H20M16 8l4 4-4 4" />`]
])
