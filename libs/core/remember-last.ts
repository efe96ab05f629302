/** `find`, which is not asked again for what it was asked last: for what is asked of one thing several times in a row. */
export function rememberLast<Key extends object, Value>(find: (key: Key) => Value): (key: Key) => Value {
  let last: { readonly key: Key; readonly value: Value } | undefined;
  return (key) => {
    if (last?.key !== key) last = { key, value: find(key) };
    return last.value;
  };
}
