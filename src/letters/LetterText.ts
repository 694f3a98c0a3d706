/** A letter as plain text, for programs and people that show no HTML. RFC 3676: lines that fit are left to them. */
import type { Written } from "./WriteLetter.ts"

export const letterText = ({ action, code, lede, otherwise, sentBy, title }: Written): string =>
  [
    title,
    lede,
    // An address stands alone on its line, so that whatever makes it a link takes no full stop along.
    ...(action === undefined ? [] : [action.link, action.lasts]),
    ...(code === undefined ? [] : [code.lede, `    ${code.code}`, `${code.lasts} ${code.keep}`]),
    otherwise,
    `-- \n${sentBy}`
  ]
    .join("\n\n")
    .concat("\n")
