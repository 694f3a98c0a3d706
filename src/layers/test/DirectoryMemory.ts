/** The operator's list of users over the database in memory. */
import { bind } from "../../services/storage/Bind.ts"
import { Directory, type DirectoryEntry, type DirectoryPage, type Mirrored } from "../../services/storage/Directory.ts"
import { batch, page, query } from "./MemoryDatabase.ts"
import type { D1Tables } from "./models/D1Versions.ts"

export const DirectoryMemory = bind(Directory, {
  list: (asked) => query("Directory.list", (db) => page(db.directory, asked).map(entryOf)),
  find: (ids) =>
    query("Directory.find", (db) => [...new Set(ids)].toSorted().flatMap((id) => entriesOf(db.directory.get(id)))),
  withField: ({ field, value, ...asked }) =>
    query("Directory.withField", (db) =>
      thoseOf(db, asked, ({ fields = {} }) => Object.hasOwn(fields, field) && fields[field] === value)
    ),
  withRole: ({ role, ...asked }) =>
    query("Directory.withRole", (db) => thoseOf(db, asked, ({ roles = [] }) => roles.includes(role))),
  mirror: (mirrored) =>
    batch("Directory.mirror", (db) => {
      for (const one of mirrored) {
        const there = db.directory.get(one.userId)
        if (there === undefined || one.version > there.version) db.directory.set(one.userId, one)
      }
    })
})

/** The first so many after an id, of those whom something is said of. */
const thoseOf = ({ directory }: D1Tables, { after, limit }: DirectoryPage, isMeant: (one: Mirrored) => boolean) =>
  directory
    .entries()
    .filter(([id, one]) => id > after && isMeant(one))
    .slice(0, limit)
    .map(([, one]) => entryOf(one))

/** What is listed of a user: not by what they are found. */
const entryOf = ({ fields: _, ...entry }: Mirrored): DirectoryEntry => entry

const entriesOf = (one: Mirrored | undefined): ReadonlyArray<DirectoryEntry> =>
  one === undefined ? [] : [entryOf(one)]
