/** Words for people: who did it, at which moment, with which long secret. */
import type { Exit } from "effect"
import { describe } from "../kernel/Describe.ts"
import type { Span } from "../kernel/History.ts"

const usual = 12

/** A name as people read it: the beginning of a long one says enough, and a secret is not told whole. */
export const cut = (text: string, longest = usual): string =>
  text.length > longest ? `${text.slice(0, longest)}…` : text

/** The moment at which people look for it: the one at which it ended, or at which its last call was executed. */
export const momentOf = (span: Span): number => span.ended ?? span.lastExecuted ?? span.began

/** "moment 3", "moments 3 and 7". */
export const moments = (...spans: ReadonlyArray<Span>): string =>
  spans.length === 1 ? `moment ${all(spans.map(momentOf))}` : `moments ${all(spans.map(momentOf))}`

/** "first and second", "first, second and third"; one who did it more than once is named once. */
export const who = (...spans: ReadonlyArray<Span>): string => all([...new Set(spans.map(({ client }) => client))])

/** "a", "a and b", "a, b and c". */
export const all = (words: ReadonlyArray<string | number>): string =>
  words.length <= 1 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`

/** What a question came to, if not to an answer. */
export const unanswered = (question: string, exit: Exit.Exit<unknown, unknown>): string =>
  `nobody could say ${question}: ${describe(exit)}`
