/**
 * What an isolate remembers of other people's documents: values only, never a promise that requests would share.
 *
 * It bounds how often one address is asked, whoever makes us ask: a key that no document has is asked for past the
 * memory, but not again and again, and of several requests that want the same document one goes and the others wait.
 */
import type { RemoteFailed } from "../../services/ports/RemoteFetch.ts"

/** Milliseconds, and a number of documents. */
export const bounds = { documents: 200, kept: 5 * 60_000, pause: 30_000, patience: 10_000 }

export interface Remembered {
  readonly document: { readonly text: string; readonly readAt: number } | null
  /** Why the last try failed, if it did. */
  readonly failure: RemoteFailed | null
  /** When the last try ended. */
  readonly triedAt: number
  /** Since when a request is asking, if one is. */
  readonly askingSince: number | null
}

const nothing: Remembered = { document: null, failure: null, triedAt: -Infinity, askingSince: null }

/** What a request for a document is to do. */
export type Next =
  | { readonly _tag: "Take"; readonly text: string }
  | { readonly _tag: "Fail"; readonly failure: RemoteFailed }
  | { readonly _tag: "Wait" }
  | { readonly _tag: "Ask" }

/** `fresh`: what is remembered is not enough, unless it was read just now. */
export const next = (remembered: Remembered = nothing, fresh: boolean, now: number): Next => {
  const { askingSince, document, failure, triedAt } = remembered
  const kept = document !== null && now < document.readAt + bounds.kept ? document.text : undefined
  if (kept !== undefined && !fresh) return { _tag: "Take", text: kept }
  // Whoever asks may have been cut off without a word, so nobody waits for it for ever.
  if (askingSince !== null && now < askingSince + bounds.patience) return { _tag: "Wait" }
  if (now >= triedAt + bounds.pause) return { _tag: "Ask" }
  if (failure !== null) return { _tag: "Fail", failure }
  return kept === undefined ? { _tag: "Ask" } : { _tag: "Take", text: kept }
}

/** The documents of one isolate; the one that was touched longest ago makes room for a new one. */
export const makeDocumentMemory = () => {
  const entries = new Map<string, Remembered>()
  const write = (uri: string, change: Partial<Remembered>) => {
    const entry = { ...(entries.get(uri) ?? nothing), ...change }
    entries.delete(uri)
    entries.set(uri, entry)
    const [oldest] = entries.keys()
    if (entries.size > bounds.documents && oldest !== undefined) entries.delete(oldest)
  }
  return {
    next: (uri: string, fresh: boolean, now: number): Next => next(entries.get(uri), fresh, now),
    asking: (uri: string, now: number) => write(uri, { askingSince: now }),
    /** A request was cut off: whether the server answers is as unknown as before. */
    gaveUp: (uri: string) => write(uri, { askingSince: null }),
    read: (uri: string, text: string, now: number) =>
      write(uri, { document: { text, readAt: now }, failure: null, triedAt: now, askingSince: null }),
    // What was read before is kept: a server that is down for a moment has not taken its keys back.
    failed: (uri: string, failure: RemoteFailed, now: number) =>
      write(uri, { failure, triedAt: now, askingSince: null })
  }
}
