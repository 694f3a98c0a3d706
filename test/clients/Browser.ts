/** A browser without scripts, as far as the demo needs one: cookies, redirects, forms. */
export type Page = { readonly url: URL; readonly status: number; readonly headers: Headers; readonly body: string }

type StoredCookie = { readonly host: string; readonly path: string; readonly name: string; readonly value: string }

export class Browser {
  #cookies: ReadonlyArray<StoredCookie> = []
  /** Redirects to an address that begins so are not followed: the page is then the redirect itself. */
  stopAt: string | undefined

  async open(url: string | URL, form?: URLSearchParams): Promise<Page> {
    const page = await this.#request(new URL(url), form)
    const location = page.headers.get("location")
    if (location === null) return page
    const next = new URL(location, page.url)
    return this.stopAt !== undefined && next.href.startsWith(this.stopAt) ? page : this.open(next)
  }

  /** Submits the form of the page which has the given action, or else the only one. */
  submit(page: Page, fields: Readonly<Record<string, string>> = {}, action = ""): Promise<Page> {
    const form = forms(page).find((candidate) => candidate.action.pathname.endsWith(action))
    if (form === undefined) throw new Error(`${page.url} has no form ${action}:\n${page.body}`)
    const values = new URLSearchParams([...form.hidden, ...Object.entries(fields)])
    if (form.method === "post") return this.open(form.action, values)
    return this.open(new URL(`?${values}`, form.action))
  }

  async #request(url: URL, form: URLSearchParams | undefined): Promise<Page> {
    const cookie = this.#cookies
      // As in any browser, a cookie of localhost is sent to every port of it.
      .filter(({ host, path }) => host === url.hostname && url.pathname.startsWith(path))
      .map(({ name, value }) => `${name}=${value}`)
      .join("; ")
    const response = await fetch(url, {
      redirect: "manual",
      headers: { cookie, ...(form && { "content-type": "application/x-www-form-urlencoded" }) },
      ...(form && { method: "POST", body: form.toString() })
    })
    for (const header of response.headers.getSetCookie()) this.#keep(url, header)
    return { url, status: response.status, headers: response.headers, body: await response.text() }
  }

  #keep(url: URL, header: string): void {
    const [pair = "", ...attributes] = header.split(/; */)
    const attribute = (name: string): string | undefined =>
      attributes.find((text) => text.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1)
    const [name = "", ...value] = pair.split("=")
    const cookie = { host: url.hostname, path: attribute("path") ?? "/", name, value: value.join("=") }
    this.#cookies = this.#cookies.filter((old) => old.name !== name || old.path !== cookie.path)
    const gone = attribute("max-age") === "0" || attribute("expires")?.includes("1970") === true
    if (!gone) this.#cookies = [...this.#cookies, cookie]
  }
}

/** The text of the element with this id, as a reader sees it. */
export const textOf = (page: Page, id: string): string | undefined => {
  const match = new RegExp(`<(\\w+)[^>]* id="${id}"[^>]*>([\\s\\S]*?)</\\1>`).exec(page.body)
  return match?.[2] === undefined ? undefined : decode(match[2].replace(/<[^>]*>/g, ""))
}

export const jsonOf = (page: Page, id: string): Record<string, unknown> => JSON.parse(textOf(page, id) ?? "null")

/** The forms of the page: where they lead, and what they carry unseen. */
export const forms = (page: Page) =>
  [...page.body.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)].map(([, attributes = "", content = ""]) => ({
    action: new URL(decode(valueOf(attributes, "action") ?? ""), page.url),
    method: valueOf(attributes, "method"),
    hidden: [...content.matchAll(/<input([^>]*type="hidden"[^>]*)>/g)].map(([, input = ""]): [string, string] => [
      valueOf(input, "name") ?? "",
      decode(valueOf(input, "value") ?? "")
    ])
  }))

const valueOf = (attributes: string, name: string): string | undefined =>
  new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1]

const decode = (text: string): string =>
  text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&")
