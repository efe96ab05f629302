/** Loads it with the first program that is run: many commands run none, and its 150 modules would cost each its start. */
export function loadExeca(): Promise<typeof import('execa')> {
  return import('execa');
}
