import type { EksblowfishCode } from './eksblowfish.cjs';
import { layout } from './eksblowfishLayout.cjs';
import { eksblowfishModule } from './eksblowfishModule.js';
import { piWords } from './piWords.js';

/** What `eksblowfish.cjs` runs, for all threads; undefined where there is no WebAssembly, as with `node --jitless`. */
export function eksblowfishCode(): EksblowfishCode | undefined {
  try {
    return {
      module: new WebAssembly.Module(eksblowfishModule()),
      initialState: piWords(layout.stateBytes / Uint32Array.BYTES_PER_ELEMENT),
    };
  } catch {
    return undefined;
  }
}
