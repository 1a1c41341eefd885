/** As much of WebAssembly as is used here, with what eksblowfishModule.ts exports: Node's types leave it to those of browsers. */
declare namespace WebAssembly {
  type Module = object;
  const Module: new (bytes: Uint8Array) => Module;

  interface Instance {
    readonly exports: { memory: { buffer: ArrayBuffer } } & Record<
      'encipher0' | 'encipher1' | 'mixOne' | 'mixBoth',
      (times: number) => void
    >;
  }
  const Instance: new (module: Module) => Instance;
}
