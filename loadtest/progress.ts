/** Progress on stderr: a bar where somebody watches, a line for each tenth elsewhere. */
const WIDTH = 40;

export function createProgress(total: number, what: string): { (done: number): void; end(): void } {
  const startedAt = performance.now();
  let tenth = -1;
  const show = (done: number): void => {
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    const text = `${Math.floor(done)}/${total} ${what}, ${seconds} s`;
    if (process.stderr.isTTY) {
      const bar = '█'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '░');
      process.stderr.write(`\r\x1b[K${bar} ${text}`);
    } else if (Math.floor(share * 10) > tenth) {
      tenth = Math.floor(share * 10);
      process.stderr.write(`${text}\n`);
    }
  };
  const end = (): void => void (process.stderr.isTTY && process.stderr.write('\r\x1b[K'));
  show(0);
  return Object.assign(show, { end });
}
