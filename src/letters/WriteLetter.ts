/**
 * A letter written out: its subject, its text, and its HTML. RFC 5322 §2.2 (a subject is one line).
 *
 * Text and HTML are made of the same parts, so neither says what the other does not.
 */
import { directions, type Language } from "../domain/Language.ts"
import type { Letter } from "../domain/Letter.ts"
import type { Lifetimes } from "../domain/Lifetime.ts"
import { shownText } from "../html/ShownText.ts"
import type { LinkLetterTexts } from "../texts/LetterTexts.ts"
import { texts } from "../texts/Texts.ts"
import { letterHtml } from "./LetterHtml.ts"
import { letterText } from "./LetterText.ts"

/** What a letter consists of, in the order in which it is read. */
export interface Written {
  readonly language: Language
  readonly direction: "ltr" | "rtl"
  readonly title: string
  readonly lede: string
  readonly action?: {
    readonly button: string
    readonly link: string
    readonly copyLink: string
    readonly lasts: string
  }
  readonly code?: { readonly lede: string; readonly code: string; readonly lasts: string; readonly keep: string }
  /** What to do if it was somebody else. */
  readonly otherwise: string
  readonly sentBy: string
}

export interface Sheet {
  readonly letter: Letter
  readonly language: Language
  readonly provider: { readonly name: string; readonly lifetimes: Lifetimes }
}

/** What a mail server is given besides the addresses. */
export interface Sent {
  readonly subject: string
  readonly text: string
  readonly html: string
}

export const writeLetter = (sheet: Sheet): Sent => {
  const { subject, written } = write(sheet)
  // A line break in a header would begin another header.
  return { subject: shownText(subject, 150), text: letterText(written), html: letterHtml(written) }
}

const write = ({ language, letter, provider }: Sheet): { subject: string; written: Written } => {
  const { letters } = texts[language]
  const { lifetimes } = provider
  const name = shownText(provider.name)
  const frame = { language, direction: directions[language], sentBy: letters.sentBy(name) }
  const linked = (said: LinkLetterTexts, link: string, life: number) => ({
    subject: said.subject(name),
    written: {
      ...frame,
      title: said.title,
      lede: said.lede(name),
      action: { button: said.button, link, copyLink: letters.copyLink, lasts: said.lasts(minutes(life)) },
      otherwise: said.unasked
    }
  })
  switch (letter._tag) {
    case "SignInLetter": {
      const { signIn } = letters
      const { subject, written } = linked(signIn, letter.link, lifetimes.magicLink)
      const lasts = signIn.codeLasts(minutes(lifetimes.mailedCode))
      return {
        subject,
        written: { ...written, code: { lede: signIn.code, code: letter.code, lasts, keep: signIn.keepCode } }
      }
    }
    case "ResetLetter":
      return linked(letters.reset, letter.link, lifetimes.passwordReset)
    case "EmailChangeLetter":
      return linked(letters.emailChange, letter.link, lifetimes.emailChange)
    case "NoticeLetter": {
      const { body, subject, title } = letters.notices[letter.what]
      return { subject: subject(name), written: { ...frame, title, lede: body(name), otherwise: letters.notYou } }
    }
  }
}

const minutes = (milliseconds: number): number => Math.floor(milliseconds / 60_000)
