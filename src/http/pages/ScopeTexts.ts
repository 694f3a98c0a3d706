/** What each scope means to the person who is asked for it. OpenID Connect Core §5.4, §11. */
import type { Language } from "./Texts.ts"

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

interface Scopes {
  readonly known: ReadonlyMap<string, readonly [title: string, description: string]>
  readonly unknown: string
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
  unknown: "A permission that has no description here."
}

const scopes: Record<Language, Scopes> = { en }
