/** The languages of the pages and letters, by their tags. BCP 47. */

export type Language = "en"

/** Which way each is written. */
export const directions: Record<Language, "ltr" | "rtl"> = { en: "ltr" }
