/**
 * What of each specification binds a provider, section by section, and what of it this provider does not do.
 *
 * A section that is done is quoted by the title of a test; one that is not says why. Sections that bind clients,
 * resource servers or registries alone are left out.
 */

import { operating } from "./Operating.ts"
import { people } from "./People.ts"
import { done, not, type Specification, specification } from "./Specification.ts"

const oauth: ReadonlyArray<Specification> = [
  specification("RFC 6749", "The OAuth 2.0 Authorization Framework", [
    done("2.3.1", "client password"),
    done("3.1", "authorization endpoint"),
    done("3.1.2", "redirection endpoint"),
    done("3.2", "token endpoint"),
    done("3.3", "scope"),
    done("4.1.1", "authorization request"),
    done("4.1.2", "authorization response: a code is used once, and reuse revokes"),
    done("4.1.2.1", "errors by redirect, and errors that never leave the provider"),
    done("4.1.3", "access token request"),
    done("4.2.2", "implicit grant: the answer in the fragment"),
    not("4.3", "resource owner password credentials", "RFC 9700 §2.4: MUST NOT be used"),
    done("4.4", "client credentials"),
    done("5.1", "successful response"),
    done("5.2", "error response"),
    done("6", "refreshing an access token"),
    done("10.12", "cross-site request forgery")
  ]),
  specification("RFC 6750", "Bearer Token Usage", [
    done("2", "in the Authorization header, or in a form body"),
    not("2.3", "in the query", "RFC 9700 §4.3.2: a token in an address is a token in every log"),
    done("3", "the WWW-Authenticate field")
  ]),
  specification("RFC 7009", "Token Revocation", [
    done("2", "revocation endpoint"),
    done("2.1", "the request: authenticated, and one's own tokens only"),
    done("2.2", "the answer: 200 for an unknown token too")
  ]),
  specification("RFC 7517", "JSON Web Key", [done("5", "the published set of keys")]),
  specification("RFC 7523", "JWT Profile for Client Authentication", [
    not("2.1", "JWT as an authorization grant", "no client asked for it; it needs issuers to trust"),
    done("2.2", "JWT for client authentication"),
    done("3", "what an assertion must say")
  ]),
  specification("RFC 7591", "Dynamic Client Registration", [
    done("2", "client metadata"),
    done("2.1", "grant types and response types go together"),
    not("2.3", "software statements", "no issuer of statements is trusted; one that is sent is refused by name"),
    done("3.1", "registration request, open or with an initial access token"),
    done("3.2.1", "client information response"),
    done("3.2.2", "registration errors")
  ]),
  specification("RFC 7592", "Dynamic Client Registration Management", [
    done("2.1", "reading a client"),
    done("2.2", "changing a client"),
    done("2.3", "deleting a client"),
    done("3", "the registration access token")
  ]),
  specification("RFC 7636", "Proof Key for Code Exchange", [
    done("4.3", "the challenge, S256 only"),
    done("4.6", "the verifier is checked before tokens are given")
  ]),
  specification("RFC 7662", "Token Introspection", [
    done("2.1", "the request is authenticated"),
    done("2.2", "the answer; a dead or foreign token is only inactive"),
    done("4", "nothing is told to whoever scans")
  ]),
  specification("RFC 8252", "OAuth 2.0 for Native Apps", [
    done("7.1", "private-use URI schemes"),
    done("7.3", "loopback addresses with any port")
  ]),
  specification("RFC 8414", "Authorization Server Metadata", [
    done("2", "metadata"),
    not("2.1", "signed metadata", "optional; TLS names the issuer"),
    done("3", "where the metadata is")
  ]),
  specification("RFC 8628", "Device Authorization Grant", [
    done("3.1", "device authorization request"),
    done("3.2", "device authorization response"),
    done("3.3", "user interaction: approval is bound and confirmed"),
    done("3.4", "device access token request"),
    done("3.5", "pending, slow_down, denied, expired"),
    done("5.1", "user codes that cannot be guessed")
  ]),
  specification("RFC 8707", "Resource Indicators", [
    done("2", "the resource parameter and invalid_target"),
    done("2.1", "at the authorization endpoint"),
    done("2.2", "at the token endpoint: narrowing")
  ]),
  specification("RFC 9068", "JWT Profile for Access Tokens", [
    done("2", "header and claims"),
    done("2.2", "data structure"),
    done("4", "validation: type, issuer, audience"),
    done("5", "a client's own token cannot be taken for a user's")
  ]),
  specification("RFC 9101", "JWT-Secured Authorization Request", [
    done("4", "the request object"),
    done("5", "by value or by reference"),
    done("5.2", "by reference: registered addresses only"),
    not("6.1", "encrypted request objects", "no client asked for them; the request is pushed instead (RFC 9126)"),
    done("6.2", "signature"),
    done("6.3", "parameters are taken from the object"),
    done("10.5", "a client that must sign cannot be downgraded"),
    done("10.8", "another kind of JWT is not a request object")
  ]),
  specification("RFC 9126", "Pushed Authorization Requests", [
    done("2.1", "the request is authenticated and judged at once"),
    done("2.2", "successful response"),
    done("2.3", "error response"),
    done("3", "a request object can be pushed"),
    done("4", "request_uri is bound to its client, and used once"),
    done("5", "pushed requests for everybody, by the provider"),
    done("6", "pushed requests by client registration")
  ]),
  specification("RFC 9207", "Issuer Identification", [
    done("2", "iss in every authorization response"),
    done("2.4", "errors too")
  ]),
  specification("RFC 9449", "Demonstrating Proof of Possession", [
    done("4.2", "what a proof says"),
    done("4.3", "checking a proof"),
    done("5", "access tokens, and refresh tokens of public clients, are bound"),
    done("6.1", "cnf.jkt in a JWT access token"),
    done("6.2", "cnf.jkt in introspection"),
    done("7.1", "the DPoP scheme at userinfo"),
    done("7.2", "a bound token is not a bearer token"),
    done("8", "nonces of the provider at the token endpoint"),
    done("9", "nonces of the provider at userinfo"),
    done("10", "codes bound by dpop_jkt"),
    done("10.1", "codes bound at a pushed request"),
    done("11.1", "a proof is used once")
  ]),
  specification("RFC 9700", "Best Current Practice for OAuth 2.0 Security", [
    done("2.1", "redirect URIs are matched to the character"),
    done("2.1.1", "codes and PKCE"),
    done("2.4", "no password grant"),
    done("4.3.2", "no token in an address"),
    done("4.12", "303, never 307"),
    done("4.14.2", "refresh tokens are rotated or bound"),
    done("4.15", "a client's id is no user's")
  ])
]

const openid: ReadonlyArray<Specification> = [
  specification("OIDC Core", "OpenID Connect Core 1.0", [
    done("2", "ID token"),
    done("3.1.2.1", "authentication request"),
    done("3.1.2.3", "the provider authenticates the user"),
    done("3.1.2.4", "consent"),
    done("3.1.2.6", "authentication errors"),
    done("3.1.3.3", "token response"),
    done("3.1.3.7", "an ID token that a client can validate"),
    done("3.2.2", "implicit flow"),
    done("3.3.2", "hybrid flow"),
    done("4", "login initiated by a third party"),
    not("5.2", "claims in several languages", "a user has one profile; claims_locales is accepted"),
    done("5.3", "userinfo"),
    done("5.4", "claims by scope"),
    done("5.5", "the claims parameter"),
    not("5.6.2", "aggregated and distributed claims", "optional; every claim is the provider's own"),
    done("6.1", "request object by value"),
    done("6.2", "request object by reference"),
    not("7", "self-issued provider", "another kind of provider"),
    done("8", "public and pairwise subjects"),
    done("9", "client authentication"),
    done("10.1", "signing, and rotation as far as keys are made on demand"),
    not("10.2", "encryption", "optional; members that ask for it are refused by name"),
    done("11", "offline access"),
    done("12", "refresh tokens")
  ]),
  specification("OIDC Discovery", "OpenID Connect Discovery 1.0", [
    not("2", "WebFinger", "clients are given the issuer"),
    done("3", "provider metadata"),
    done("4", "where it is")
  ]),
  specification("OIDC Dynamic Registration", "OpenID Connect Dynamic Client Registration 1.0", [
    done("2", "client metadata"),
    done("3.1", "registration request"),
    done("3.2", "registration response"),
    done("3.3", "registration error"),
    done("4", "reading a client"),
    done("5", "sector_identifier_uri")
  ]),
  specification("OAuth 2.0 Multiple Response Types", "Multiple Response Type Encoding Practices", [
    done("2.1", "response modes"),
    not("3", "response type token alone", "RFC 9700 §2.1.2: a token that proves nothing to the client"),
    done("5", "combinations")
  ]),
  specification("OAuth 2.0 Form Post Response Mode", "Form Post Response Mode", [done("2", "the answer as a form")]),
  specification("OIDC RP-Initiated Logout", "OpenID Connect RP-Initiated Logout 1.0", [
    done("2", "the request"),
    done("3", "back to the client")
  ]),
  specification("OIDC Session Management", "OpenID Connect Session Management 1.0", [
    done("2", "session_state"),
    done("3", "the check_session_iframe")
  ]),
  specification("OIDC Front-Channel Logout", "OpenID Connect Front-Channel Logout 1.0", [
    done("2", "what a client registers"),
    done("3", "iframes with iss and sid")
  ]),
  specification("OIDC Back-Channel Logout", "OpenID Connect Back-Channel Logout 1.0", [
    done("2.4", "the logout token"),
    done("2.5", "delivery"),
    done("2.7", "what ends with a session")
  ]),
  specification("FAPI 2.0 Security Profile", "FAPI 2.0 Security Profile", [
    done("5.3.2.1", "general requirements of a provider"),
    done("5.3.2.2", "authorization endpoint"),
    done("5.4.1", "algorithms"),
    not("5.2.2", "TLS 1.2 and cipher suites", "Cloudflare's edge terminates TLS; set at the zone")
  ])
]

export const specifications: ReadonlyArray<Specification> = [...oauth, ...openid, ...people, ...operating]
