/** The languages of the pages and letters, by their tags. BCP 47. */

export const languages = ["en", "ja"] as const

export type Language = (typeof languages)[number]

/** What is spoken to somebody who asked for none of them. */
export const defaultLanguage: Language = "en"

/** Which way each is written. */
export const directions: Record<Language, "ltr" | "rtl"> = { en: "ltr", ja: "ltr" }

/** What each calls itself, for those who look for it. */
export const languageNames: Record<Language, string> = { en: "English", ja: "日本語" }
