/**
 * What an isolate remembers of other people's documents: values only, never a promise that requests would share.
 *
 * It bounds how often one address is asked, whoever makes us ask. A key that is not in the remembered set is looked for
 * past the memory, but a few times a minute and no more; and of several requests that want the same document one goes,
 * and the others wait for what it brings.
 */
import type { RemoteFailed } from "../../services/ports/RemoteFetch.ts"

/** Milliseconds, and numbers of documents and of reads. */
export const bounds = {
  documents: 200,
  /** How long a document is taken as it was read. */
  kept: 5 * 60_000,
  /** How long nobody tries again after a failure. */
  pause: 10_000,
  /** How long a request waits for another one that is asking. */
  patience: 10_000,
  /**
   * So many reads past the memory, in so long a time: a client may well rotate its key twice in a row, and one that
   * sends unknown keys all day must not make us a burden to somebody.
   */
  fresh: { reads: 4, within: 40_000 }
}

export interface Remembered {
  readonly document: { readonly text: string; readonly readAt: number } | null
  /** Why the last try failed, if it did, and when. */
  readonly failure: { readonly error: RemoteFailed; readonly at: number } | null
  /** Since when a request is asking, if one is. */
  readonly askingSince: number | null
  /** When it was asked, as far back as it matters. */
  readonly asked: ReadonlyArray<number>
}

const nothing: Remembered = { document: null, failure: null, askingSince: null, asked: [] }

/** What a request for a document is to do. */
export type Next =
  | { readonly _tag: "Take"; readonly text: string }
  | { readonly _tag: "Fail"; readonly error: RemoteFailed }
  | { readonly _tag: "Wait" }
  | { readonly _tag: "Ask" }

/** `notBefore`: the document has to have been read then or later; a moment long past if any will do. */
export const next = (remembered: Remembered = nothing, notBefore: number, now: number): Next => {
  const { asked, askingSince, document, failure } = remembered
  const kept = document !== null && now < document.readAt + bounds.kept ? document : null
  if (kept !== null && kept.readAt >= notBefore) return { _tag: "Take", text: kept.text }
  // Whoever asks may have been cut off without a word, so nobody waits for it for ever.
  if (askingSince !== null && now < askingSince + bounds.patience) return { _tag: "Wait" }
  if (failure !== null && now < failure.at + bounds.pause) return { _tag: "Fail", error: failure.error }
  const spent = asked.filter((at) => now < at + bounds.fresh.within).length >= bounds.fresh.reads
  return kept !== null && spent ? { _tag: "Take", text: kept.text } : { _tag: "Ask" }
}

/** The documents of one isolate; the one that was asked for longest ago makes room for a new one. */
export const makeDocumentMemory = () => {
  const entries = new Map<string, Remembered>()
  const change = (uri: string, members: (before: Remembered) => Partial<Remembered>) => {
    const before = entries.get(uri) ?? nothing
    entries.delete(uri)
    entries.set(uri, { ...before, ...members(before) })
    const [oldest] = entries.keys()
    if (entries.size > bounds.documents && oldest !== undefined) entries.delete(oldest)
  }
  return {
    next: (uri: string, notBefore: number, now: number): Next => next(entries.get(uri), notBefore, now),
    asking: (uri: string, now: number) =>
      change(uri, ({ asked }) => ({ askingSince: now, asked: [...asked, now].slice(-bounds.fresh.reads) })),
    /** A request was cut off: whether the server answers is as unknown as before. */
    gaveUp: (uri: string) => change(uri, () => ({ askingSince: null })),
    read: (uri: string, text: string, now: number) =>
      change(uri, () => ({ document: { text, readAt: now }, failure: null, askingSince: null })),
    // What was read before is kept: a server that is down for a moment has not taken its keys back.
    failed: (uri: string, error: RemoteFailed, now: number) =>
      change(uri, () => ({ failure: { error, at: now }, askingSince: null }))
  }
}
