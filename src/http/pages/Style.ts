/**
 * The style sheet of every page, served at `stylesheetPath` as text/css.
 *
 * The path names the content, so the answer may be cached for ever (`public, max-age=31536000, immutable`).
 */
import { versionOf } from "./BrandStyle.ts"
import { account } from "./style/Account.ts"
import { controls } from "./style/Controls.ts"
import { ground } from "./style/Ground.ts"
import { lists } from "./style/Lists.ts"
import { reference } from "./style/Reference.ts"
import { surroundings } from "./style/Surroundings.ts"

/** What depends on the surroundings comes last: it changes what was said before. */
export const stylesheet: string = [ground, controls, lists, account, reference, surroundings].join("")

/** Where the style sheet is: `/style.css`, with the hash of its text for the cache, not for security. */
export const stylesheetPath: string = `/style.css?v=${versionOf(stylesheet)}`
