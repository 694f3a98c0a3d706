/** A browser whose cookies lie open: what an attacker sees, plants, steals and takes away. Nothing is followed. */
import type { Form, RelyingParty } from "../clauses/RelyingParty.ts"
import { password } from "../workerd/Fixtures.ts"

export interface Visit {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The Location, as an address; empty if there is none. */
  readonly location: string
}

export class Visitor {
  readonly cookies = new Map<string, string>()
  readonly issuer: string
  /** The address that the platform says it comes from; its own if undefined. */
  readonly address: string | undefined

  constructor(issuer: string, address?: string) {
    this.issuer = issuer
    this.address = address
  }

  /** GET, or POST of a form. */
  async visit(path: string, form?: Form | Array<[string, string]>): Promise<Visit> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ")
    const response = await fetch(new URL(path, this.issuer), {
      redirect: "manual",
      headers: {
        ...(cookie !== "" && { cookie }),
        ...(this.address !== undefined && { "cf-connecting-ip": this.address })
      },
      ...(form && { method: "POST", body: new URLSearchParams(form) })
    })
    for (const header of response.headers.getSetCookie()) {
      const [, name = "", value = "", maxAge = ""] = /^([^=]*)=([^;]*);.*Max-Age=(\d+)/.exec(header) ?? []
      if (maxAge === "0") this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    const { headers, status } = response
    return { status, headers, text: await response.text(), location: headers.get("location") ?? "" }
  }

  /** Begins an authorization; answers with the interaction of the page it leads to, or where else it leads. */
  async begin(rp: RelyingParty, parameters: Form = {}): Promise<string> {
    const { location } = await this.visit(rp.authorizeUrl(parameters))
    return interactionOf(location)
  }

  /** Signs in; the visit that follows the form. */
  login(interaction: string, login = "alice", secret = password): Promise<Visit> {
    return this.visit("/login", { interaction, login, password: secret })
  }

  approve(interaction: string): Promise<Visit> {
    return this.visit("/consent", { interaction, decision: "approve" })
  }

  /** A whole sign-in with consent; the parameters that the client gets. */
  async signIn(rp: RelyingParty, parameters: Form = {}, login = "alice"): Promise<Record<string, string>> {
    let { location } = await this.visit(rp.authorizeUrl(parameters))
    if (location.startsWith("/login")) ({ location } = await this.login(interactionOf(location), login))
    if (location.startsWith("/consent")) ({ location } = await this.approve(interactionOf(location)))
    return parametersOf(location)
  }

  /** A browser with the same cookies as they are now. */
  copy(address = this.address): Visitor {
    const other = new Visitor(this.issuer, address)
    for (const [name, value] of this.cookies) other.cookies.set(name, value)
    return other
  }
}

/** The sealed step that an address carries; the address itself if it carries none. */
export const interactionOf = (location: string): string =>
  /[?&](?:interaction|step)=([^&]*)/.exec(location)?.[1] ?? location

export const parametersOf = (location: string): Record<string, string> =>
  URL.canParse(location) ? Object.fromEntries(new URL(location).searchParams) : {}
