/**
 * What the Worker asks of other servers, under the harness: workerd hands it to Node's `fetch`.
 *
 * Node would follow redirects by itself, whatever the Worker wanted, and no test could see whether the Worker does. So
 * requests that come from workerd leave redirects to it, as they do in production.
 */
const ofNode = globalThis.fetch

/** The harness gives its request as the second argument, which nobody else does. */
const isOfWorker = (init: unknown): init is Request => typeof init === "object" && init !== null && "url" in init

export const leaveRedirectsToWorker = (): void => {
  globalThis.fetch = (input, init) =>
    isOfWorker(init) ? ofNode(new Request(String(input), init), { redirect: "manual" }) : ofNode(input, init)
}
