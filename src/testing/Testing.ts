/**
 * The way in for whoever swaps layers in tests: `hapax/testing`, all of it and nothing else.
 *
 * The one file of this house that passes on what others export: a package has to say somewhere what of it is public.
 */

// A whole provider in memory, and parts of it.
export { Memory } from "../layers/test/Memory.ts"
export { MemoryProvider, testProvider } from "../layers/test/MemoryProvider.ts"
export { withCode, type WithCode } from "./WithCode.ts"

// Operations: swapping one, making one of storage, standing around them, declaring new ones.
export { fake } from "../layers/test/Fake.ts"
export { bind, bindStrongly } from "../services/storage/Bind.ts"
export { Around, Eventual, operations, Strong, strongly } from "../services/storage/Consistency.ts"
export { storage } from "../services/storage/Storage.ts"
export { NotExecuted, OutcomeUnknown, StorageError } from "../services/storage/StorageError.ts"

// Simulating: every order of what clients do, and what may go wrong.
export { NotExhaustive, simulate, SimulationFailed } from "./SimulateInTest.ts"
export { again, type Again, type Failure, type Report, search, type Violation } from "../layers/test/Simulate.ts"
export type { Finished, Oracle, Scenario } from "../layers/test/Scenario.ts"
export { printFailure } from "../layers/test/report/PrintFailure.ts"
export type { Chooser } from "../layers/test/kernel/Chooser.ts"
export { exhaustive } from "../layers/test/kernel/Exhaustive.ts"
export { pct } from "../layers/test/kernel/Pct.ts"
export { random } from "../layers/test/kernel/Random.ts"
export { replay } from "../layers/test/kernel/Replay.ts"
export { leaving } from "../layers/test/Smallest.ts"
export type { ActionRecord, History, Moment, OperationRecord } from "../layers/test/kernel/History.ts"

// What must hold of every run.
export { audit } from "../layers/test/oracles/Audit.ts"
export { counter } from "../layers/test/oracles/Counter.ts"
export { durability } from "../layers/test/oracles/Durability.ts"
export { family } from "../layers/test/oracles/Family.ts"
export { isolation } from "../layers/test/oracles/Isolation.ts"
export { keys } from "../layers/test/oracles/Keys.ts"
export { limit } from "../layers/test/oracles/Limit.ts"
export { linearizable } from "../layers/test/oracles/Linearizable.ts"
export { liveness } from "../layers/test/oracles/Liveness.ts"
export { noBurn } from "../layers/test/oracles/NoBurn.ts"
export { type Of, ofNamed } from "../layers/test/oracles/Of.ts"
export { once } from "../layers/test/oracles/Once.ts"
export { revocation } from "../layers/test/oracles/Revocation.ts"

// Models of one's own: state that the world can take back, calls that wait for their turn, faults that befall them.
export { Cells } from "../layers/test/kernel/Cells.ts"
export { type Befall, type Fault, faults } from "../layers/test/kernel/Fault.ts"
export { act, aWorld, type Call, type Source, TestWorld, World } from "../layers/test/kernel/World.ts"

// Laws: what every backend of an operation keeps, and the groups of operations they are about.
export { holdTo, LawsBroken } from "./HoldTo.ts"
export { expectFailure, expectThat, type Law, law, LawBroken } from "../services/storage/Law.ts"
export { advance, LawClock, LawStorage, restart } from "../services/storage/World.laws.ts"
export { AccessTokens } from "../services/storage/AccessTokens.ts"
export { accessTokenLaws } from "../services/storage/AccessTokens.laws.ts"
export { AuditLog } from "../services/storage/AuditLog.ts"
export { auditLogLaws, AuditReader } from "../services/storage/AuditLog.laws.ts"
export { AuthorizationCodes } from "../services/storage/AuthorizationCodes.ts"
export { authorizationCodeLaws } from "../services/storage/AuthorizationCodes.laws.ts"
export { Clients } from "../services/storage/Clients.ts"
export { clientLaws } from "../services/storage/Clients.laws.ts"
export { Consents } from "../services/storage/Consents.ts"
export { consentLaws } from "../services/storage/Consents.laws.ts"
export { Devices } from "../services/storage/Devices.ts"
export { deviceLaws } from "../services/storage/Devices.laws.ts"
export { Directory } from "../services/storage/Directory.ts"
export { directoryLaws } from "../services/storage/Directory.laws.ts"
export { Identifiers } from "../services/storage/Identifiers.ts"
export { guessLaws } from "../services/storage/Guesses.laws.ts"
export { identifierLaws } from "../services/storage/Identifiers.laws.ts"
export { RefreshTokens } from "../services/storage/RefreshTokens.ts"
export { refreshTokenLaws } from "../services/storage/RefreshTokens.laws.ts"
export { Sessions } from "../services/storage/Sessions.ts"
export { sessionLaws } from "../services/storage/Sessions.laws.ts"
export { SigningKeys } from "../services/storage/SigningKeys.ts"
export { keyRotationLaws } from "../services/storage/KeyRotation.laws.ts"
export { keyCopyLaws, signingKeyLaws } from "../services/storage/SigningKeys.laws.ts"
export { Tickets } from "../services/storage/Tickets.ts"
export { ticketLaws } from "../services/storage/Tickets.laws.ts"
export { Users } from "../services/storage/Users.ts"
export { userLaws } from "../services/storage/Users.laws.ts"
