import { createTestHarness } from "wrangler"
const t0 = performance.now()
const server = createTestHarness({
  workers: [{ config: {
    name: "objects", main: "test/workerd/ObjectWorker.ts", compatibility_date: "2026-11-01", compatibility_flags: ["nodejs_compat"],
    durable_objects: { bindings: [
      { name: "ACCOUNT", class_name: "AccountObject" }, { name: "TICKET", class_name: "TicketObject" }, { name: "KEY_RING", class_name: "KeyRingObject" } ] },
    migrations: [{ tag: "v1", new_sqlite_classes: ["AccountObject", "TicketObject", "KeyRingObject"] }],
    queues: { producers: [{ binding: "OUTBOX", queue: "outbox" }], consumers: [{ queue: "outbox", max_batch_timeout: 1 }] }
  } as any }]
})
await server.listen()
console.log("listen", performance.now() - t0)
const post = async (path: string, body: unknown) => (await server.fetch("/" + path, { method: "POST", body: JSON.stringify(body) })).text()
const id = "1-0.aaaaaaaaaaaaaaaaaaaaaa"
console.log(await post("step", { binding: "ACCOUNT", name: "1-0", step: "User.create", request: JSON.stringify({ userId: id, profile: {}, passwordHash: null }) }))
console.log("first", performance.now() - t0)
console.log(await post("step", { binding: "ACCOUNT", name: "1-0", step: "User.find", request: JSON.stringify(id) }))
let t = performance.now()
for (let i = 0; i < 100; i++) await post("step", { binding: "ACCOUNT", name: "1-0", step: "User.find", request: JSON.stringify(id) })
console.log("each", (performance.now() - t) / 100)
t = performance.now()
await Promise.all(Array.from({ length: 50 }, () => post("step", { binding: "ACCOUNT", name: "1-0", step: "User.find", request: JSON.stringify(id) })))
console.log("50", performance.now() - t)
t = performance.now()
await server.getWorker().evictDurableObject("AccountObject", { name: "1-0" })
console.log("evict", performance.now() - t)
console.log(await post("step", { binding: "ACCOUNT", name: "1-0", step: "User.find", request: JSON.stringify(id) }))
t = performance.now()
await server.update((o) => o)
console.log("update", performance.now() - t)
console.log(await post("step", { binding: "ACCOUNT", name: "1-0", step: "User.find", request: JSON.stringify(id) }))
console.log("after", performance.now() - t)
const st = await server.getWorker().getDurableObjectStorage("AccountObject", { name: "1-0" })
console.log(await st.exec("SELECT * FROM users"), await st.exec("EXPLAIN QUERY PLAN SELECT * FROM users WHERE user_id = 'a'"))
t = performance.now()
await server.close()
console.log("close", performance.now() - t)
