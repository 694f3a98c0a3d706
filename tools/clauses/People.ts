/** What binds a provider where people meet it: passkeys, passwords, letters, sessions, pages. */
import { done, not, type Specification, specification } from "./Specification.ts"

export const people: ReadonlyArray<Specification> = [
  specification("WebAuthn Level 3", "Web Authentication, Level 3", [
    done("5.1", "the scripts of the pages"),
    done("5.4.3", "user handles"),
    done("5.8.5", "algorithms"),
    done("6.1.1", "signature counters: strictly up, 0 to 0 allowed"),
    done("6.1.3", "backup eligibility and state"),
    done("7.1", "registering a credential"),
    done("7.2", "verifying an assertion"),
    not("8", "attestation statements", "none is asked for: people bring the passkeys they have"),
    done("13.4.3", "challenges: random, bound, once")
  ]),
  specification("NIST SP 800-63B", "Digital Identity Guidelines: Authentication, revision 4", [
    done("3.1.1.2", "passwords: length, no composition, no common ones"),
    done("3.1.3.1", "letters go to verified addresses"),
    done("3.1.3.2", "codes of letters: six digits, ten minutes"),
    done("3.1.3.3", "a letter signs in once"),
    done("3.2.2", "limits of guesses"),
    not("3.2.5", "phishing resistance of everything", "passwords and letters are one factor, and acr says so")
  ]),
  specification("OWASP ASVS 5.0", "Application Security Verification Standard", [
    done("2.3", "no update is lost"),
    done("2.4.1", "every endpoint is limited"),
    done("6.3.1", "nobody locks another person out"),
    done("6.3.8", "nobody can tell who has an account"),
    done("7.2.4", "a new session id at each login"),
    done("7.4.3", "sessions end when a password changes"),
    done("7.5.1", "a recent login for what would take an account away"),
    done("7.5.2", "people see their sessions, and end them"),
    done("8.2", "what an administrator may do, and hand on"),
    done("14.2.6", "what is shown is masked where it can be"),
    done("16.2.5", "no secret in a log"),
    done("16.3", "security events are in the log before the answer")
  ]),
  specification("RFC 8176", "Authentication Method Reference Values", [done("2", "amr says what was done")]),
  specification("Unmet Authentication Requirements", "OpenID Connect Unmet Authentication Requirements 1.0", [
    done("2", "an essential acr that is not met")
  ]),
  specification("RFC 6585", "Additional HTTP Status Codes", [done("4", "429 with Retry-After")]),
  specification("RFC 4647", "Matching of Language Tags", [done("3.4", "lookup")]),
  specification("WCAG 2.2", "Web Content Accessibility Guidelines, A and AA", [
    done("1.4.3", "contrast, of branding's colours too"),
    done("3.1.1", "the language of a page"),
    done("3.3.1", "errors are said where they are")
  ])
]
