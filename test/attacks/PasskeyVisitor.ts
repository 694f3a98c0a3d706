/** A person with passkeys and a browser whose cookies lie open: what its scripts would do is done here. */
import type { Asked, Authenticator, Bent } from "../workerd/Authenticator.ts"
import { interactionOf, type Visit, Visitor } from "./Visitor.ts"

export const passkeysPath = "/account/passkeys"

/** What a page asks an authenticator for. */
export interface Page extends Asked {
  readonly interaction: string
  /** The user handle; empty on a login page, which knows of nobody. */
  readonly user: string
}

const attributeOf = (html: string, name: string) => new RegExp(` ${name}="([^"]*)"`).exec(html)?.[1] ?? ""

export class PasskeyVisitor extends Visitor {
  /** What a page asks, as its script reads it. */
  private asked(visit: Visit, form: string): Page {
    const html = visit.text.slice(visit.text.indexOf(`id="${form}"`))
    const interaction = /name="interaction"\s+value="([^"]*)"/.exec(html)?.[1] ?? ""
    const challenge = attributeOf(html, "data-challenge")
    const rpId = attributeOf(html, "data-rp")
    return { interaction, challenge, rpId, origin: this.issuer, user: attributeOf(html, "data-user") }
  }

  /** The login that the account asks for; what the page would have an authenticator sign. */
  async loginPage(path = passkeysPath): Promise<Page> {
    return this.pageAt((await this.visit(path)).location)
  }

  /** The same of a login page that the browser was sent to. */
  async pageAt(location: string): Promise<Page> {
    return { ...this.asked(await this.visit(location), "passkey"), interaction: interactionOf(location) }
  }

  /** Signs in with the password, and comes to the page on which a passkey is made. */
  async signInByPassword(login = "alice"): Promise<this> {
    const { interaction } = await this.loginPage()
    const { status, text } = await this.login(interaction, login)
    if (status !== 303) throw new Error(`${login} is not signed in: ${status} ${text}`)
    return this
  }

  async addPage(): Promise<Page> {
    return this.asked(await this.visit(`${passkeysPath}/add`), "add-passkey")
  }

  /** Posts what an authenticator answered. */
  add(page: Page, answer: unknown, name = "Phone"): Promise<Visit> {
    const passkey = typeof answer === "string" ? answer : JSON.stringify(answer)
    return this.visit(`${passkeysPath}/add`, { interaction: page.interaction, name, passkey })
  }

  /** Makes a passkey, as the page's script does. */
  async register(authenticator: Authenticator, bent: Bent = {}): Promise<Visit> {
    const page = await this.addPage()
    return this.add(page, authenticator.create(page, page.user, bent))
  }

  present({ interaction }: Pick<Page, "interaction">, answer: unknown): Promise<Visit> {
    const passkey = typeof answer === "string" ? answer : JSON.stringify(answer)
    return this.visit("/login", { interaction, passkey })
  }

  /** Signs in with a passkey, as the page's script does. */
  async signInBy(authenticator: Authenticator, bent: Bent = {}, asked: Partial<Asked> = {}): Promise<Visit> {
    const page = await this.loginPage()
    return this.present(page, authenticator.get({ ...page, ...asked }, bent))
  }

  /** A browser with the same cookies as they are now. */
  copyOf(): PasskeyVisitor {
    const other = new PasskeyVisitor(this.issuer)
    for (const [name, value] of this.cookies) other.cookies.set(name, value)
    return other
  }

  /** Whether the browser is in a session: its account page is shown, and not a login. */
  async isSignedIn(): Promise<boolean> {
    return (await this.visit(passkeysPath)).status === 200
  }

  /** A form of the page of passkeys, about one of them. */
  async change(fields: Readonly<Record<string, string>>): Promise<Visit> {
    const { text } = await this.visit(passkeysPath)
    const interaction = /name="interaction"\s+value="([^"]*)"/.exec(text)?.[1] ?? ""
    return this.visit(passkeysPath, { interaction, ...fields })
  }
}
