/**
 * Names and descriptions from outside, as people may be shown them.
 *
 * A name of a thousand characters pushes the true question off the screen, and a bidirectional override turns
 * `moc.elgoog` into something else; neither has a use in a name.
 */

/** The text without control characters and overrides, at most `limit` characters long. */
export const shownText = (text: string, limit = 80): string => {
  const clean = text.replace(invisible, " ").trim()
  const characters = Array.from(clean.slice(0, limit * 2 + 2))
  return characters.length > limit ? `${characters.slice(0, limit - 1).join("")}…` : characters.join("")
}

/** Whether anything of the text can be seen: a name may consist of spaces and of characters without a shape. */
export const isVisible = (text: string): boolean => /[^\s\p{Cc}\p{DI}\u2800]/u.test(text)

/** The first letter or digit, in upper case, to stand where a picture is missing. */
export const monogram = (text: string): string => /[\p{L}\p{N}]/u.exec(text)?.[0].toUpperCase() ?? "•"

/** Controls, line breaks, and the embeddings, overrides and isolates of Unicode's bidirectional algorithm (UAX #9). */
const invisible = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g
