const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The initials of a name: of its first two words, or its first two letters. */
export function initials(name: string): string {
  const words = name.split(/[^\p{L}\p{M}\p{N}]+/u).filter((word) => word !== '');
  const [first = '?', second] = words;
  return (second === undefined ? firstLetters(first, 2) : firstLetters(first, 1) + firstLetters(second, 1)).toUpperCase();
}

function firstLetters(word: string, count: number): string {
  return Array.from(letters.segment(word), ({ segment }) => segment)
    .slice(0, count)
    .join('');
}
