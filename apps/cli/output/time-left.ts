/** A text such as `30 of 108, about 12 s left`, from how long the done ones took. */
export function timeLeft(startedAtMs: number): (done: number, of: number) => string {
  return (done, of) => {
    const elapsedMs = performance.now() - startedAtMs;
    const leftMs = done === 0 ? undefined : (elapsedMs / done) * (of - done);
    return `${done} of ${of}${leftMs === undefined ? '' : `, about ${duration(leftMs)} left`}`;
  };
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 100 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
