/** No 0 O 1 l I: passwords are read out over the telephone. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const GROUPS = 4;
const GROUP_LENGTH = 5;

/** A password of 20 random characters (over 115 bits) in groups that are easy to copy by eye: `kW7pd-…`. */
export function generatePassword(): string {
  return Array.from({ length: GROUPS }, () => Array.from({ length: GROUP_LENGTH }, randomLetter).join('')).join('-');
}

/** Rejects the bytes that would make some letters likelier than others. */
function randomLetter(): string {
  const fair = 256 - (256 % ALPHABET.length);
  for (;;) {
    const [byte = 255] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < fair) return ALPHABET.charAt(byte % ALPHABET.length);
  }
}

const LONGEST_USERNAME = 64;

/** A user name made of a company's name: "Müller & Söhne" → "mueller-soehne". Empty when nothing of it can be used. */
export function usernameFrom(company: string): string {
  return company
    .toLowerCase()
    .replace(/ä/g, 'ae')
    .replace(/ö/g, 'oe')
    .replace(/ü/g, 'ue')
    .replace(/ß/g, 'ss')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, LONGEST_USERNAME);
}
