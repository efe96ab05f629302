import Table from 'cli-table3';

const bare = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '', left: '', right: '', middle: '  ' };
const chars = {
  ...bare,
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
};

/** Columns in plain text; a column whose heading ends in `>` is aligned to the right. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const right = headings.map((heading) => heading.endsWith('>'));
  const columns = new Table({
    head: headings.map((heading) => heading.replace(/>$/, '')),
    colAligns: right.map((aligned) => (aligned ? 'right' : 'left')),
    chars,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  columns.push(...rows.map((row) => [...row]));
  return columns
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
