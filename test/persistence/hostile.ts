/** Texts that have broken somebody's database before. */
export const HOSTILE = [
  `'; drop table users; --`,
  '? ?? $1 :name {{x}} %s',
  '"\\\0\n\r\t',
  '\ud800half',
  '名前💥‮',
  'x'.repeat(10_000),
];
/** What PostgreSQL's text can hold of it. */
export const kept = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD');
