/** The modules that workerd itself brings; its types are imported by name, so that no global changes its meaning. */
declare module "cloudflare:workers" {
  import type { CloudflareWorkersModule } from "@cloudflare/workers-types"
  export const DurableObject: typeof CloudflareWorkersModule.DurableObject
  export const WorkerEntrypoint: typeof CloudflareWorkersModule.WorkerEntrypoint
  export const env: unknown
}

declare module "*.wasm" {
  const module: WebAssembly.Module
  export default module
}

declare namespace WebAssembly {
  type Imports = Record<string, Record<string, unknown>>
  class Module {
    constructor(bytes: Uint8Array)
  }
  interface Instance {
    readonly exports: Record<string, unknown>
  }
  interface WebAssemblyInstantiatedSource {
    readonly module: Module
    readonly instance: Instance
  }
  function instantiate(module: Module, imports: Imports): Promise<Instance>
}
