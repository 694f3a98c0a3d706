/** The session cookie. RFC 6265bis: `HttpOnly`, `SameSite=Lax`, and over https `Secure` with the `__Host-` prefix. */
export type Cookie = {
  readonly read: (header: string | undefined) => string | undefined
  readonly set: (id: string) => string
  readonly clear: string
}

export const sessionCookie = (secure: boolean): Cookie => {
  // Cookies do not know ports: on localhost the provider sees this one too, so the name must not be one of its own.
  const name = secure ? "__Host-demo-rp" : "demo-rp"
  // Lax and not Strict: the way back from the provider is a navigation from another site, and needs the cookie.
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`
  return {
    read: (header = "") =>
      header
        .split(";")
        .map((pair) => pair.trim())
        .find((pair) => pair.startsWith(`${name}=`))
        ?.slice(name.length + 1),
    set: (id) => `${name}=${id}; ${attributes}`,
    clear: `${name}=; ${attributes}; Max-Age=0`
  }
}
