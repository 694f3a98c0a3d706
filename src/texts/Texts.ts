/**
 * Every sentence of every page and letter; scopes and claims have their own (`ScopeTexts`, `ClaimTexts`).
 *
 * A sentence with a name in it is a function, because languages put names in different places. Another language is a
 * member of `Language` and a folder beside `en`: the compiler asks for every sentence.
 */
import * as en from "./en/English.ts"
import type { AccountTexts } from "./AccountTexts.ts"
import type { FrameTexts } from "./FrameTexts.ts"
import type { Language } from "./Language.ts"
import type { SignInTexts } from "./SignInTexts.ts"

export interface Texts extends FrameTexts, SignInTexts, AccountTexts {}

export const texts: Record<Language, Texts> = { en: en.texts }
