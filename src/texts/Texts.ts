/**
 * Every sentence of every page and letter.
 *
 * A sentence with a name in it is a function, because languages put names in different places. Another language is a
 * member of `Language` and a folder beside `en`: the compiler asks for every sentence.
 */
import * as en from "./en/English.ts"
import * as ja from "./ja/Japanese.ts"
import type { AccountTexts } from "./AccountTexts.ts"
import type { ApplicationTexts } from "./ApplicationTexts.ts"
import type { AskedTexts } from "./AskedTexts.ts"
import type { EmailTexts } from "./EmailTexts.ts"
import type { FrameTexts } from "./FrameTexts.ts"
import type { Language } from "../domain/Language.ts"
import type { LetterTexts } from "./LetterTexts.ts"
import type { MailedLoginTexts } from "./MailedLoginTexts.ts"
import type { PasskeyTexts } from "./PasskeyTexts.ts"
import type { PasswordTexts } from "./PasswordTexts.ts"
import type { PictureTexts } from "./PictureTexts.ts"
import type { ProfileTexts } from "./ProfileTexts.ts"
import type { SessionTexts } from "./SessionTexts.ts"
import type { SignInTexts } from "./SignInTexts.ts"

export interface Texts
  extends
    AccountTexts,
    ApplicationTexts,
    AskedTexts,
    EmailTexts,
    FrameTexts,
    LetterTexts,
    MailedLoginTexts,
    SessionTexts,
    PasskeyTexts,
    PasswordTexts,
    PictureTexts,
    ProfileTexts,
    SignInTexts {}

export const texts: Record<Language, Texts> = { en: en.texts, ja: ja.texts }
