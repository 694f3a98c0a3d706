/**
 * Asking other people's servers with the platform's `fetch`: one exchange, without redirects, bounded in size and time.
 * RFC 9101 §10.4, RFC 7591 §5.
 *
 * Nothing of ours goes along: no cookies, no credentials, no address of who made us ask.
 */
import { Clock, Effect, Layer, Result } from "effect"
import { refusal } from "../../domain/RemoteAddress.ts"
import { RemoteFailed, RemoteFetch } from "../../services/ports/RemoteFetch.ts"
import { makeDocumentMemory } from "./DocumentMemory.ts"

/** Milliseconds and bytes. What is posted may take longer: nobody waits for it. */
export interface Limits {
  readonly read: number
  readonly post: number
  readonly size: number
}

const defaults: Limits = { read: 5_000, post: 10_000, size: 64 * 1024 }

/** How long a request waits before it looks again whether another one has read what it wants. */
const glance = "20 millis"

export const remoteFetchWeb = (allowLoopback: boolean, limits: Limits = defaults): Layer.Layer<RemoteFetch> =>
  Layer.sync(RemoteFetch, () => {
    const memory = makeDocumentMemory()

    const askAndRemember = Effect.fnUntraced(
      function* (uri: string) {
        memory.asking(uri, yield* Clock.currentTimeMillis)
        const asked = yield* exchange(uri, { allowLoopback, time: limits.read }, (signal) =>
          readDocument(uri, limits.size, signal)
        ).pipe(Effect.result)
        const now = yield* Clock.currentTimeMillis
        if (Result.isFailure(asked)) memory.failed(uri, asked.failure, now)
        else memory.read(uri, asked.success, now)
        return yield* Effect.fromResult(asked)
      },
      (asking, uri) => Effect.onInterrupt(asking, () => Effect.sync(() => memory.gaveUp(uri)))
    )

    const read = (uri: string, notBefore: number): Effect.Effect<string, RemoteFailed> =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const next = memory.next(uri, notBefore, now)
        switch (next._tag) {
          case "Take":
            return Effect.succeed(next.text)
          case "Fail":
            return Effect.fail(next.error)
          case "Wait":
            return Effect.andThen(Effect.sleep(glance), () => read(uri, notBefore))
          case "Ask":
            return askAndRemember(uri)
        }
      })

    return {
      read: (uri, options) =>
        options?.fresh === true
          ? Effect.flatMap(Clock.currentTimeMillis, (now) => read(uri, now))
          : read(uri, -Infinity),
      post: (uri, form) => exchange(uri, { allowLoopback, time: limits.post }, (signal) => postForm(uri, form, signal))
    }
  })

/** One exchange with an address that may be asked, ended when its time is over. */
export const exchange = <A>(
  uri: string,
  { allowLoopback, time }: { readonly allowLoopback: boolean; readonly time: number },
  run: (signal: AbortSignal) => Promise<A>
): Effect.Effect<A, RemoteFailed> => {
  const refused = refusal(uri, allowLoopback)
  if (refused !== undefined) return Effect.fail(new RemoteFailed({ reason: "address", detail: `${uri} ${refused}` }))
  return Effect.tryPromise({
    try: run,
    catch: (cause) =>
      cause instanceof RemoteFailed
        ? cause
        : new RemoteFailed({ reason: "network", detail: `${uri}: ${String(cause)}` })
  }).pipe(
    Effect.timeoutOrElse({
      duration: time,
      orElse: () => Effect.fail(new RemoteFailed({ reason: "time", detail: `${uri} took more than ${time} ms` }))
    })
  )
}

export const send = async (uri: string, init: RequestInit): Promise<Response> => {
  const response = await fetch(uri, { ...init, redirect: "manual", cache: "no-store" })
  if (response.status >= 300 && response.status < 400) {
    await response.body?.cancel()
    throw new RemoteFailed({ reason: "redirect", detail: `${uri} redirects` })
  }
  return response
}

const readDocument = async (uri: string, size: number, signal: AbortSignal): Promise<string> => {
  const response = await send(uri, { headers: { accept: "application/json, */*;q=0.5" }, signal })
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new RemoteFailed({ reason: "status", detail: `${uri} answers ${response.status}` })
  }
  const decoder = new TextDecoder()
  let text = ""
  let length = 0
  // What the server says of the length is not believed; leaving the loop cancels the rest.
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.byteLength
    if (length > size) throw new RemoteFailed({ reason: "size", detail: `${uri} is longer than ${size} bytes` })
    text += decoder.decode(part, { stream: true })
  }
  return text + decoder.decode()
}

const postForm = async (uri: string, form: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void> => {
  const response = await send(uri, { method: "POST", body: new URLSearchParams(form), signal })
  await response.body?.cancel()
  if (response.status !== 200 && response.status !== 204) {
    throw new RemoteFailed({ reason: "status", detail: `${uri} answers ${response.status}` })
  }
}
