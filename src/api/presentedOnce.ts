/** The JSON of views that do not change, made with them. */
const texts = new WeakMap<object, string>();

/**
 * Presents each record once, as long as somebody holds it: the session cache hands the same record to every request of a
 * session, and to present it and write it as JSON was a twelfth of such a request (docs/performance.md). For records that
 * nobody changes, and views without anything in them that could be.
 */
export function presentedOnce<Source extends object, View extends object>(
  present: (source: Source) => View,
): (source: Source) => Readonly<View> {
  const views = new WeakMap<Source, Readonly<View>>();
  return (source) => {
    const known = views.get(source);
    if (known) return known;
    const view = Object.freeze(present(source));
    views.set(source, view);
    texts.set(view, JSON.stringify(view));
    return view;
  };
}

/** The JSON of a body. */
export function jsonOf(body: unknown): string {
  return texts.get(body as object) ?? JSON.stringify(body);
}
