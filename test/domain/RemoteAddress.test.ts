/** Which addresses of other people are asked at all: attack 20, by the address alone. RFC 9101 §10.4, RFC 6890. */
import { describe, expect, it } from "@effect/vitest"
import { Schema } from "effect"
import { refusal } from "../../src/domain/RemoteAddress.ts"

const all = (uris: ReadonlyArray<string>, expected: string | undefined) => {
  for (const uri of uris) expect([uri, refusal(uri)]).toEqual([uri, expected])
}

describe("the addresses that are asked", () => {
  it("public hosts, by https, on any port", () => {
    all(
      [
        "https://rp.example/jwks.json",
        "https://rp.example:8443/jwks.json?a=b#c",
        "https://RP.Example./",
        "https://9.9.9.9/",
        "https://172.32.0.1/",
        "https://100.128.0.1/",
        "https://[2606:4700::1111]/",
        "https://[2a00:1450:4001::1]:444/",
        "https://local.example/",
        "https://localhost.example/",
        "https://xn--bcher-kva.example/"
      ],
      undefined
    )
  })

  it("not http, nor anything else", () => {
    all(["http://rp.example/", "http://9.9.9.9/"], "is not https")
    all(["ftp://rp.example/"], "uses the scheme ftp:")
    all(
      ["file:///etc/passwd", "data:text/plain,x", "javascript:1", "urn:x:y", "/jwks", "", "https://"],
      expect.anything()
    )
  })

  it("not with user information, which makes a host look like another", () => {
    all(["https://rp.example@evil.example/", "https://:x@rp.example/"], "contains user information")
  })

  it("no address inside a network, however it is written", () => {
    all(
      [
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://１２７.0.0.1/",
        "https://127.0.0.1./",
        "https://0.0.0.0/",
        "https://0/",
        "https://10.1.2.3/",
        "https://100.64.0.1/",
        "https://100.127.255.255/",
        "https://169.254.169.254/latest/meta-data/",
        "https://172.16.0.1/",
        "https://172.31.255.255/",
        "https://192.168.0.1/",
        "https://192.0.0.8/",
        "https://198.19.0.1/",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
        "https://[::1]/",
        "https://[::]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:9.9.9.9]/",
        "https://[0:0:0:0:0:ffff:7f00:1]/",
        "https://[::127.0.0.1]/",
        "https://[64:ff9b::10.0.0.1]/",
        "https://[2002:7f00:1::]/",
        "https://[2001:0:7f00:1::]/",
        "https://[2001:db8::1]/",
        "https://[3fff::1]/",
        "https://[fc00::1]/",
        "https://[fd12:3456::1]/",
        "https://[fe80::1]/",
        "https://[fec0::1]/",
        "https://[ff02::1]/"
      ],
      "is an address that is not public"
    )
  })

  it("no name inside a network", () => {
    all(
      ["https://localhost/", "https://LOCALHOST./", "https://intranet/", "https://db:5432/"],
      "names a host without a domain"
    )
    all(
      [
        "https://a.localhost/",
        "https://printer.local/",
        "https://metadata.google.internal/",
        "https://router.home.arpa/",
        "https://a.b.LOCAL./"
      ],
      "names a host that is not public"
    )
  })
})

describe("the development switch", () => {
  it("allows this computer, over http too, and nothing else", () => {
    const here = ["http://localhost:3000/jwks", "https://a.localhost/", "http://127.0.0.1:1/", "http://[::1]:2/x"]
    for (const uri of here) expect([uri, refusal(uri, true)]).toEqual([uri, undefined])
    const elsewhere = ["http://rp.example/", "https://10.0.0.1/", "http://0.0.0.0/", "https://[::ffff:127.0.0.1]/"]
    for (const uri of elsewhere) expect([uri, refusal(uri, true)]).toEqual([uri, expect.any(String)])
    for (const uri of here) expect([uri, refusal(uri)]).toEqual([uri, expect.any(String)])
  })
})

describe("every address", () => {
  const Octet = Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 255 })))
  const networks: ReadonlyArray<ReadonlyArray<number>> = [
    [10],
    [127],
    [0],
    [192, 168],
    [169, 254],
    [100, 64],
    [198, 18]
  ]

  it.prop(
    "of a private network is refused, in every notation of its number",
    [Schema.Array(Octet), Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 6 })))],
    ([octets, index]) => {
      const parts = [...networks[index]!, ...octets, 0, 0, 0].slice(0, 4)
      const number = parts.reduce((sum, part) => sum * 256 + part, 0)
      const octal = parts.map((part) => `0${part.toString(8)}`).join(".")
      const mapped = `[::ffff:${parts.join(".")}]`
      const hosts = [parts.join("."), String(number), `0x${number.toString(16)}`, octal, mapped]
      return hosts.every((host) => refusal(`https://${host}/`) === "is an address that is not public")
    }
  )

  it.prop("is answered: a text is judged, never thrown at", [Schema.String], ([text]) =>
    [text, `https://${text}/`, `https://[${text}]`].every((uri) => {
      const answer = refusal(uri)
      return answer === undefined ? new URL(uri).protocol === "https:" : answer.length > 0
    })
  )
})
