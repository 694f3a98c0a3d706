/** What stops a deployment before it begins: a configuration that must not go to the internet. */
import { expect, it } from "vitest"
import { type DeploymentConfig, problemsOf } from "../../src/cli/DeploymentConfig.ts"

const ready: DeploymentConfig = {
  name: "hapax",
  accountId: undefined,
  variables: { ISSUER: "https://id.rp.test" },
  wanted: { worker: "hapax", databases: [], namespaces: [], buckets: [], queues: [], secrets: [] },
  bindsEmail: false,
  hosts: ["id.rp.test"]
}

const withVariables = (variables: Record<string, string>) =>
  problemsOf({ ...ready, variables: { ...ready.variables, ...variables } })

it("nothing stops one that is ready, with every switch that is for production", () => {
  expect(problemsOf(ready)).toEqual([])
  expect(withVariables({ REQUIRE_PAR: "true", DPOP_NONCES: "true", REGISTRATION: "token" })).toEqual([])
})

it("the development switch, and a switch that cannot be meant, are named", () => {
  expect(withVariables({ ALLOW_LOOPBACK: "true" })).toEqual([expect.stringContaining("ALLOW_LOOPBACK is for develop")])
  expect(withVariables({ REGISTRATION: "yes" })).toEqual([
    expect.stringContaining("REGISTRATION must be closed, token")
  ])
})

it("mail may be sent by a provider or by Cloudflare, from an address that is filled in", () => {
  const MAIL_FROM = "Example <id@rp.test>"
  expect(withVariables({ MAIL_FROM, MAIL_URL: "https://api.mail.test/send" })).toEqual([])
  expect(problemsOf({ ...ready, bindsEmail: true, variables: { ...ready.variables, MAIL_FROM } })).toEqual([])
})

it.each([
  [
    "a mail server on this computer",
    { MAIL_FROM: "id@rp.test", MAIL_URL: "http://localhost:1/" },
    "not on the internet"
  ],
  [
    "a key in the file",
    { MAIL_FROM: "id@rp.test", MAIL_URL: "https://m.test/", MAIL_KEY: "k" },
    "MAIL_KEY is a secret"
  ],
  ["a placeholder", { MAIL_FROM: "id@example.com", MAIL_URL: "https://m.test/" }, "MAIL_FROM is still id@example.com"],
  ["a sender without a way", { MAIL_FROM: "id@rp.test" }, "MAIL_FROM needs a way to send"]
] as const)("%s is named", (_what, variables, sentence) => {
  expect(withVariables(variables)).toEqual([expect.stringContaining(sentence)])
})
