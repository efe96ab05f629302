import ora from 'ora';

/** Stages of long work: a spinner on a terminal, plain lines with the time taken in a log. Written to stderr. */
export interface Progress {
  stage(text: string): void;
  /** Detail of the stage that is under way, e.g. `3 of 50`. */
  detail(text: string): void;
  done(): void;
  failed(): void;
}

export function createProgress(interactive: boolean, note: (line: string) => void): Progress {
  return interactive ? spinnerProgress() : lineProgress(note);
}

function spinnerProgress(): Progress {
  const spinner = ora({ stream: process.stderr, discardStdin: false });
  let current = '';
  let startedAt = 0;
  const finish = (): void => {
    if (current !== '') spinner.succeed(`${current} ${seconds(startedAt)}`);
    current = '';
  };
  return {
    stage(text) {
      finish();
      current = text;
      startedAt = performance.now();
      spinner.start(text);
    },
    detail(text) {
      spinner.text = `${current}: ${text}`;
    },
    done: finish,
    failed() {
      if (current !== '') spinner.fail(current);
      current = '';
    },
  };
}

function lineProgress(note: (line: string) => void): Progress {
  let current = '';
  let startedAt = 0;
  const finish = (): void => {
    if (current !== '') note(`${current} ${seconds(startedAt)}`);
    current = '';
  };
  return {
    stage(text) {
      finish();
      current = text;
      startedAt = performance.now();
    },
    detail() {},
    done: finish,
    failed() {
      if (current !== '') note(`${current} failed ${seconds(startedAt)}`);
      current = '';
    },
  };
}

function seconds(sinceMs: number): string {
  return `(${((performance.now() - sinceMs) / 1000).toFixed(2)} s)`;
}
