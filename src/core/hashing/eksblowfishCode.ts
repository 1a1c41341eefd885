import type { EksblowfishCode } from './eksblowfish.cjs';
import { layout } from './eksblowfishLayout.cjs';
import { eksblowfishModule } from './eksblowfishModule.js';
import { piWords } from './piWords.js';

let made: EksblowfishCode | undefined;

/** What `eksblowfish.cjs` runs, made once for all threads; undefined where there is no WebAssembly (`node --jitless`). */
export function eksblowfishCode(): EksblowfishCode | undefined {
  if (typeof WebAssembly === 'undefined') return undefined;
  made ??= {
    module: new WebAssembly.Module(eksblowfishModule()),
    initialState: piWords(layout.stateBytes / Uint32Array.BYTES_PER_ELEMENT),
  };
  return made;
}
