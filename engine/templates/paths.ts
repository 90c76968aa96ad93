/** Paths as Go's package path sees them: `/` between elements, bytes otherwise untouched. */

/** The shortest path of the same meaning; the empty path becomes `.`. */
function cleanPath(path: string): string {
  const rooted = path.startsWith('/');
  const kept: string[] = [];
  for (const element of path.split('/')) {
    if (element === '' || element === '.') continue;
    if (element !== '..') kept.push(element);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!rooted) kept.push('..');
  }
  const joined = kept.join('/');
  if (rooted) return `/${joined}`;
  return joined === '' ? '.' : joined;
}

/** Everything but the last element. */
export function pathDir(path: string): string {
  return cleanPath(path.slice(0, path.lastIndexOf('/') + 1));
}

/** The last element; `.` for the empty path, `/` for slashes only. */
export function pathBase(path: string): string {
  if (path === '') return '.';
  let end = path.length;
  while (path.charAt(end - 1) === '/') end--;
  const trimmed = path.slice(0, end);
  return trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

/** From the last dot of the last element on; empty when there is none. */
export function pathExt(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot);
}

/** Elements joined and cleaned; empty elements do not count. */
export function joinPath(elements: readonly string[]): string {
  const joined = elements.filter((element) => element !== '').join('/');
  return joined === '' ? '' : cleanPath(joined);
}

/** Paths of the machine itself. With `\\` as separator: drive letters and network shares stay in front. */
export function joinFilePath(elements: readonly string[], separator: '/' | '\\'): string {
  if (separator === '/') return joinPath(elements);
  const joined = elements
    .filter((element) => element !== '')
    .join('\\')
    .replaceAll('/', '\\');
  if (joined === '') return '';
  const volume = /^(?:[A-Za-z]:|\\\\[^\\]+\\[^\\]+)/.exec(joined)?.[0] ?? '';
  const rest = joined.slice(volume.length).replaceAll('\\', '/');
  const cleaned = rest === '' && volume.startsWith('\\\\') ? '' : cleanPath(rest);
  return volume + cleaned.replaceAll('/', '\\');
}
