/** The sentences of the letters that are sent by e-mail. All are plain text: a letter has a version without HTML. */

/** A letter with a link in it. */
export interface LinkLetterTexts {
  readonly subject: (provider: string) => string
  readonly title: string
  readonly lede: (provider: string) => string
  readonly button: string
  readonly lasts: (minutes: number) => string
  readonly unasked: string
}

export interface NoticeTexts {
  readonly subject: (provider: string) => string
  readonly title: string
  readonly body: (provider: string) => string
}

export interface LetterTexts {
  readonly letters: {
    /** Before the link, written out. */
    readonly copyLink: string
    readonly signIn: LinkLetterTexts & {
      readonly code: string
      readonly codeLasts: (minutes: number) => string
      readonly keepCode: string
    }
    readonly reset: LinkLetterTexts
    readonly emailChange: LinkLetterTexts
    readonly notices: Record<
      "password_changed" | "email_changed" | "passkey_added" | "passkey_removed" | "possible_clone",
      NoticeTexts
    >
    /** After each notice. */
    readonly notYou: string
    readonly sentBy: (provider: string) => string
  }
}
