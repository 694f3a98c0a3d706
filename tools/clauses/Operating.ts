/** What binds a provider where it is operated: its API for administrators, its caches, limits and logs. */
import { done, not, type Specification, specification } from "./Specification.ts"

export const operating: ReadonlyArray<Specification> = [
  specification("RFC 9110", "HTTP Semantics", [
    done("9.3.2", "HEAD is GET without the body"),
    done("10.2.3", "Retry-After"),
    done("12.5.4", "Accept-Language"),
    done("13.1", "If-Match and If-None-Match: no update is lost, nothing is sent twice"),
    done("15.5.6", "405 with Allow")
  ]),
  specification("RFC 9111", "HTTP Caching", [done("5.2.2.1", "max-age: a JWKS is never older than a key's lead")]),
  specification("RFC 9457", "Problem Details for HTTP APIs", [
    done("3", "members of a problem"),
    done("3.1.1", "type: a page that explains it")
  ]),
  specification("RFC 7396", "JSON Merge Patch", [done("2", "null takes a member away")]),
  specification("OpenAPI 3.1", "OpenAPI Specification", [
    done("4.8", "operations, parameters, answers and references"),
    not("4.8.18", "callbacks", "the API calls nobody back; alerts go to one webhook that an operator sets")
  ]),
  specification("RateLimit header fields", "draft-ietf-httpapi-ratelimit-headers-10", [
    done("3", "RateLimit-Policy"),
    done("4", "RateLimit")
  ])
]
