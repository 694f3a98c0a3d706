/** What each claim that is asked for by name is called in plain words. OpenID Connect Core §5.1, §5.5. */
import type { Language } from "./Language.ts"

/** A claim in plain words; one that is not of OpenID Connect is shown by its own name. */
export const claimText = (name: string, language: Language = "en"): string => claims[language].get(name) ?? name

const en: ReadonlyMap<string, string> = new Map([
  ["sub", "account identifier"],
  ["name", "full name"],
  ["given_name", "given name"],
  ["family_name", "family name"],
  ["middle_name", "middle name"],
  ["nickname", "nickname"],
  ["preferred_username", "username"],
  ["profile", "profile page"],
  ["picture", "picture"],
  ["website", "website"],
  ["email", "email address"],
  ["email_verified", "whether your email address is verified"],
  ["gender", "gender"],
  ["birthdate", "birthday"],
  ["zoneinfo", "time zone"],
  ["locale", "language"],
  ["phone_number", "phone number"],
  ["phone_number_verified", "whether your phone number is verified"],
  ["address", "postal address"],
  ["updated_at", "when your profile last changed"],
  ["auth_time", "when you last signed in"],
  ["acr", "how you signed in"],
  ["amr", "how you signed in"]
])

const claims: Record<Language, ReadonlyMap<string, string>> = { en }
