/** PostgreSQL's text has no NUL and no half of a surrogate pair. Names from outside may. */

export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

/** An id that cannot have been stored needs no query; sending it would be an error of the server's. */
export function isStorable(text: string): boolean {
  return !text.includes('\0');
}
