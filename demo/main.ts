/** Runs the demo from the environment: ISSUER, CLIENT_ID, CLIENT_SECRET; if wanted DEMO_PORT, DEMO_URL, DEMO_HOST. */
import process from "node:process"
import { startRelyingParty } from "./RelyingParty.ts"

const fail = (message: string): never => {
  console.error(`demo: ${message}`)
  process.exit(1)
}

const required = (name: string): string => process.env[name] || fail(`the environment variable ${name} is not set`)

const readPort = (text: string): number => {
  const port = Number(text)
  return /^\d+$/.test(text) && port <= 65535 ? port : fail(`DEMO_PORT must be a number from 0 to 65535: ${text}`)
}

const { DEMO_PORT, DEMO_URL, DEMO_HOST } = process.env

const { url } = await startRelyingParty({
  issuer: required("ISSUER"),
  clientId: required("CLIENT_ID"),
  clientSecret: required("CLIENT_SECRET"),
  port: readPort(DEMO_PORT || "3000"),
  ...(DEMO_URL ? { baseUrl: DEMO_URL } : {}),
  ...(DEMO_HOST ? { host: DEMO_HOST } : {})
}).catch((failure: Error) => fail(failure.message))

console.log(`The demo relying party is at ${url}`)
