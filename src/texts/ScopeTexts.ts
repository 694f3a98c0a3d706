/** What each scope means to the person who is asked for it. OpenID Connect Core §5.4, §11. */
import type { Language } from "./Language.ts"

export interface ScopeText {
  readonly name: string
  readonly title: string
  readonly description: string
}

/** A scope in plain words; one that is not of OpenID Connect is shown by its own name. */
export const scopeText = (name: string, language: Language = "en"): ScopeText => {
  const { known, unknown } = scopes[language]
  const found = known.get(name)
  return { name, title: found?.[0] ?? name, description: found?.[1] ?? unknown }
}

/** A resource server that a client wants to use, as an entry of the same list. RFC 8707. */
export const resourceText = (
  { name, scopes: asked }: { readonly name: string; readonly scopes: ReadonlyArray<string> },
  language: Language = "en"
): ScopeText => {
  const { resource } = scopes[language]
  return { name: "resource", title: resource.title(name), description: resource.description(asked) }
}

/** What is asked for in all: of this provider, then of others. */
export const askedTexts = (
  asked: ReadonlyArray<string>,
  resources: ReadonlyArray<{ readonly name: string; readonly scopes: ReadonlyArray<string> }>
): ReadonlyArray<ScopeText> => {
  const elsewhere = resources.flatMap((resource) => resource.scopes)
  const here = asked.filter((name) => !elsewhere.includes(name))
  return [...here.map((name) => scopeText(name)), ...resources.map((resource) => resourceText(resource))]
}

interface Scopes {
  readonly known: ReadonlyMap<string, readonly [title: string, description: string]>
  readonly unknown: string
  readonly resource: {
    readonly title: (name: string) => string
    readonly description: (scopes: ReadonlyArray<string>) => string
  }
}

const en: Scopes = {
  known: new Map([
    ["openid", ["Know that it’s you", "An identifier for your account, so that it recognises you next time."]],
    ["profile", ["See your profile", "Your name, picture, birthday, language and other profile details."]],
    ["email", ["See your email address", "The address, and whether it has been verified."]],
    ["address", ["See your postal address", "Your street, town, postal code and country."]],
    ["phone", ["See your phone number", "The number, and whether it has been verified."]],
    [
      "offline_access",
      ["Keep this access while you’re away", "Without asking you to sign in again, until you remove its access."]
    ]
  ]),
  unknown: "A permission that has no description here.",
  resource: {
    title: (name) => `Use ${name} for you`,
    description: (asked) =>
      asked.length === 0 ? "With no particular permission." : `With permission for: ${asked.join(", ")}.`
  }
}

const scopes: Record<Language, Scopes> = { en }
