/**
 * Random templates for the comparison with Go: format tables, times, number constants, whole programs and damaged sources.
 * Everything follows from a seed, so that a difference can be found again.
 */

/** One template and the name of the context that it is rendered in. */
export interface TemplateCase {
  readonly context: string;
  readonly template: string;
}

/** A small seeded generator (mulberry32). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 ≤ n < 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** 0 ≤ n < bound, whole. */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('Nothing to pick from.');
    return item;
  }

  /** `least` to `most` results of `make`. */
  many<Item>(least: number, most: number, make: () => Item): Item[] {
    return Array.from({ length: least + this.below(most - least + 1) }, make);
  }
}

const CONTEXTS = ['upload', 'failed', 'provider', 'idp'];

const TEXTS = [
  '""',
  '"a"',
  '"abc"',
  '"A B"',
  '"héllo"',
  '"日本語"',
  '"😀x"',
  '"<b>&\'"',
  '"a/b/../c.txt"',
  '"//x//y/"',
  '".."',
  '"."',
  '"/"',
  '"\\xff"',
  '"\\xc3\\xa9"',
  '"a\\xe2\\x82"',
  '"\\n\\t\\u00e9\\U0001F600"',
  '"\\x00\\x7f\\u2028"',
  '"ǅ ŉ İ ß ΑΣ ﬁ"',
  '"%d %s%%"',
  '`raw\\n"q"`',
  '"\\u0301e\\ufeff\\u00ad"',
  '"{{.Name}}"',
  '"a=b&c;d,e?f:g@h$i+j k~l_m-n.o"',
];
const INTEGERS = [
  '0',
  '1',
  '2',
  '3',
  '5',
  '-1',
  '10',
  '42',
  '255',
  '256',
  '1000',
  '-7',
  '0x1F',
  '0b101',
  '0o17',
  '017',
  '1_000',
  "'a'",
  "'é'",
  "'\\n'",
  "'😀'",
  "'\\''",
  '65',
  '0x1F600',
];
const BIG_INTEGERS = [
  '9223372036854775807',
  '-9223372036854775808',
  '1234567890123',
  '55296',
  '1114112',
  '-5',
  '99999999',
  '18446744073709551615',
];
const FLOATS = [
  '0.0',
  '1.0',
  '1.5',
  '-2.5',
  '3.14159',
  '1e3',
  '1e-7',
  '1e21',
  '1e20',
  '123456789.0',
  '0.1',
  '2.5',
  '1e100',
  '-0.0',
  '0x1p-2',
  '0x1.8p1',
  '1e6',
  '1e-5',
  '.5',
  '1.',
  '5e-324',
  '1.7976931348623157e308',
  '100000.0',
  '0.000123456789',
  '8.5e15',
  '123456.5',
];
const COMPLEX = ['1i', '1+2i', '-1.5-0.5i', '0i', '2+0i', '1e3+1e-3i'];
const OTHERS = ['true', 'false', 'nil', '.', '$'];
const FIELDS = [
  '.Name',
  '.Status',
  '.Errors',
  '.VirtualPath',
  '.FileSize',
  '.Elapsed',
  '.Timestamp',
  '.Object',
  '.Object.User',
  '.Object.Share',
  '.IDPFields',
  '.Metadata',
  '.IDPFields.dept',
  '.IDPFields.verified',
  '.IDPFields.sftpgo_role',
  '.IDPFields.none',
  '.Metadata.author',
  '.Metadata.none',
  '.Object.User.Groups',
  '.Object.User.Username',
  '.Object.JSON',
  '.Timestamp.Month',
  '.Timestamp.UTC',
  '.Email',
  '.Nope',
  '.Name.x',
  '.Object.raw',
  '.constructor',
  '.Metadata.__proto__',
  '.IDPFields.toString',
];

/** A printf directive. */
function directive(dice: Dice): string {
  const flags = dice.chance(0.6) ? dice.many(0, 3, () => dice.pick(['+', '-', '#', ' ', '0'])).join('') : '';
  const index = dice.chance(0.06) ? dice.pick(['[1]', '[2]', '[3]', '[0]', '[x]', '[9]', '[', '[]']) : '';
  const width = dice.chance(0.5) ? dice.pick(['1', '5', '8', '12', '20', '*', '0', '[1]*', '[2]*', '99999999999']) : '';
  const precision = dice.chance(0.45) ? `.${dice.pick(['', '0', '1', '2', '3', '6', '10', '17', '25', '*', '[1]*', '-1', '40'])}` : '';
  const late = dice.chance(0.04) ? dice.pick(['[1]', '[2]']) : '';
  const verb = dice.chance(0.9)
    ? dice.pick([
        'v',
        'd',
        's',
        'q',
        'x',
        'X',
        'o',
        'O',
        'b',
        'c',
        'U',
        'e',
        'E',
        'f',
        'F',
        'g',
        'G',
        't',
        'T',
        'v',
        'd',
        's',
        'q',
        'x',
        'f',
        'g',
      ])
    : dice.pick(['z', 'w', '!', '%', 'é', 'i', 'y', '(', '', 'p', 'T', ' ']);
  return `%${flags}${index}${width}${precision}${late}${verb}`;
}

function operand(dice: Dice): string {
  const kind = dice.next();
  if (kind < 0.25) return dice.pick(TEXTS);
  if (kind < 0.45) return dice.pick(INTEGERS);
  if (kind < 0.55) return dice.pick(BIG_INTEGERS);
  if (kind < 0.72) return dice.pick(FLOATS);
  if (kind < 0.76) return dice.pick(COMPLEX);
  if (kind < 0.82) return dice.pick(['true', 'false', 'nil']);
  return dice.pick([
    ...FIELDS,
    '(.Timestamp.Sub (fromMillis 0))',
    '(.Timestamp.Sub .Timestamp.UTC)',
    '.Timestamp.Weekday',
    '.Timestamp.UTC.MarshalText',
    '(stringSlice "a" "b\\n")',
    '(createDict 1 "x" 2 nil)',
    '(createDict "k" 1.5 "j" true)',
    '(slice "é" 1)',
    '(index "abc" 1)',
    '(index .IDPFields "none")',
  ]);
}

/** `{{printf …}}`, `{{print …}}` and the escaping functions. */
export function formatCase(dice: Dice): string {
  const what = dice.next();
  if (what < 0.08)
    return `{{${dice.pick(['print', 'println', 'html', 'js', 'urlquery'])} ${dice.many(0, 4, () => operand(dice)).join(' ')}}}`;
  const format = dice.many(1, what < 0.7 ? 1 : 4, () => directive(dice) + dice.pick(['', '', '|', ' é'])).join('');
  const quoted = JSON.stringify(format);
  return `{{printf ${quoted} ${dice.many(what < 0.7 ? 1 : 0, what < 0.7 ? 1 : 4, () => operand(dice)).join(' ')}}}`;
}

const LAYOUTS = [
  '2006',
  '06',
  '01',
  '1',
  'Jan',
  'January',
  '02',
  '2',
  '_2',
  '__2',
  '002',
  'Mon',
  'Monday',
  '15',
  '3',
  '03',
  '4',
  '04',
  '5',
  '05',
  'PM',
  'pm',
  'MST',
  '-0700',
  '-07:00',
  '-07',
  '-070000',
  '-07:00:00',
  'Z0700',
  'Z07:00',
  'Z07',
  'Z070000',
  'Z07:00:00',
  '.000',
  ',000',
  '.999',
  ',999999',
  '.000000000',
  '.0',
  '.9',
  '.00x',
  '_2006',
  '_',
  ' ',
  '-',
  ':',
  '/',
  'T',
  'of',
  'é',
  'Janet',
  'Month',
  '0',
  '7',
  '.0001',
  'MSTx',
  '16',
  '20060102',
  'a',
  'P',
  'Z',
  '.',
];

function moment(dice: Dice): string {
  switch (dice.below(7)) {
    case 0:
      return '.Timestamp';
    case 1:
      return '.Timestamp.UTC';
    case 2:
      return `(fromMillis ${dice.below(2 ** 31) * 1000 - 2 ** 39 + dice.below(1000)})`;
    case 3:
      return `(fromMillis ${Math.floor((dice.next() - 0.5) * 4e14)}).UTC`;
    case 4:
      return `(.Timestamp.AddDate ${dice.below(40) - 20} ${dice.below(60) - 30} ${dice.below(900) - 450})`;
    case 5:
      return `(fromMillis ${dice.pick(['1743296400000', '1743296399999', '1761440400000', '1761440399999', '1761436800000', '0', '-1', '-62135596800000', '253402300799999', '-62167219200000', '4102444800000'])})`;
    default:
      return `(.Timestamp.Add (.Timestamp.Sub (fromMillis ${dice.below(2 ** 31) * 1500})))`;
  }
}

function span(dice: Dice): string {
  return dice.pick([
    '(.Timestamp.Sub (fromMillis 1751639400000))',
    '(.Timestamp.Sub (.Timestamp.AddDate 0 0 -1))',
    '(.Timestamp.Sub (.Timestamp.AddDate 0 1 3))',
    '((fromMillis 90061001).Sub (fromMillis 0))',
    '((fromMillis 7).Sub (fromMillis 0))',
    '((fromMillis 0).Sub (fromMillis 1500))',
    '((fromMillis 3600000).Sub (fromMillis 0))',
    '((fromMillis 9000000000000000).Sub (fromMillis 0))',
    '(.Timestamp.Sub .Timestamp)',
    '(.Timestamp.Sub (.Timestamp.Truncate ((fromMillis 1).Sub (fromMillis 0))))',
  ]);
}

const TIME_METHODS = [
  'Year',
  'Month',
  'Day',
  'Hour',
  'Minute',
  'Second',
  'Nanosecond',
  'YearDay',
  'Weekday',
  'Unix',
  'UnixMilli',
  'UnixMicro',
  'UnixNano',
  'IsDST',
  'IsZero',
  'String',
  'GoString',
  'UTC',
  'Local',
  'Location',
  'Zone',
  'Date',
  'Clock',
  'ISOWeek',
  'MarshalText',
  'MarshalJSON',
  'MarshalBinary',
  'GobEncode',
  'Format',
  'ZoneBounds',
  'Nope',
  'Month.String',
  'UTC.Weekday.String',
  'Local.Unix',
  'Location.String',
  'Month.Foo',
];
const SPAN_METHODS = [
  'Hours',
  'Minutes',
  'Seconds',
  'Milliseconds',
  'Microseconds',
  'Nanoseconds',
  'String',
  'Abs',
  'Round',
  'Truncate',
  'Abs.Hours',
];

/** Times, durations, layouts. */
export function timeCase(dice: Dice): string {
  const time = moment(dice);
  switch (dice.below(8)) {
    case 0:
    case 1:
    case 2:
      return `{{${time}.Format ${JSON.stringify(dice.many(1, 6, () => dice.pick(LAYOUTS)).join(dice.pick(['', ' ', '-'])))}}}`;
    case 3:
      return `{{${time}.${dice.pick(TIME_METHODS)}}}`;
    case 4:
      return `{{${time}.${dice.pick(['Round', 'Truncate', 'Add'])} ${span(dice)}}}`;
    case 5:
      return `{{${time}.${dice.pick(['After', 'Before', 'Equal', 'Compare', 'Sub'])} ${moment(dice)}}}`;
    case 6:
      return `{{${span(dice)}${dice.chance(0.7) ? `.${dice.pick(SPAN_METHODS)}` : ''}}} {{${span(dice)}.${dice.pick(['Round', 'Truncate'])} ${span(dice)}}}`;
    default:
      return `{{printf ${JSON.stringify(directive(dice))} ${dice.pick([time, `${time}.Month`, `${time}.Weekday`, span(dice), `${time}.Unix`])}}}{{toJson ${dice.pick([time, `${time}.Month`, span(dice)])}}}`;
  }
}

/** Numeric and character constants, mostly nearly right. */
export function constantCase(dice: Dice): string {
  const text = dice.chance(0.75)
    ? dice.pick(['', '', '-', '+']) +
      dice.pick(['', '', '', '0x', '0b', '0o', '0', '0X']) +
      dice.many(1, 8, () => dice.pick(['0', '1', '2', '7', '8', '9', '_', 'a', 'F', '.', 'e', 'p', 'e+', 'p-', 'i', '+1'])).join('')
    : `'${dice.many(0, 3, () => dice.pick(['a', '\\', 'n', 'x4', '1', "'", 'é', '"', '\\n', '\\x41', '\\u00e9', '\\101', '😀', '\\"', "\\'"])).join('')}'`;
  return dice.chance(0.5) ? `{{${text}}}` : `{{printf "%T %v" ${text} (${text})}}`;
}

/** Random programs: every statement, variables in and out of scope, right and wrong types. */
class Program {
  readonly #dice: Dice;
  readonly #variables: string[] = ['$'];
  readonly #templates: string[] = ['missing'];
  #size = 0;
  #inRange = 0;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  make(): string {
    const dice = this.#dice;
    const definitions = dice.chance(0.2)
      ? dice
          .many(1, 2, () => {
            const name = dice.pick(['a', 'b', 't']);
            const known = this.#variables.splice(1);
            const text = `{{define "${name}"}}${this.#block(2)}{{end}}`;
            this.#variables.push(...known);
            this.#templates.push(name);
            return text;
          })
          .join(dice.pick(['', '\n']))
      : '';
    return definitions + this.#block(4);
  }

  #trim(action: string): string {
    const dice = this.#dice;
    const left = dice.chance(0.12) ? '{{- ' : dice.chance(0.1) ? '{{ ' : '{{';
    const right = dice.chance(0.12) ? ' -}}' : dice.chance(0.1) ? ' }}' : '}}';
    return left + action + right;
  }

  #block(depth: number): string {
    return this.#dice.many(0, 3, () => this.#statement(depth)).join('');
  }

  #statement(depth: number): string {
    const dice = this.#dice;
    this.#size++;
    const choice = depth <= 0 || this.#size > 40 ? dice.next() * 0.5 : dice.next();
    if (choice < 0.15) return dice.pick(['x', ' ', '\n', 'text ', '{', '}', ' - ', 'é', '<b>', "'", '{ {', '%']);
    if (choice < 0.42) return this.#trim(this.#pipeline(3));
    if (choice < 0.5) return this.#declaration();
    if (choice < 0.55) return this.#trim(dice.pick(['/* c */', '/**/', '/* {{ }} */']));
    if (choice < 0.68) return this.#conditional('if', depth);
    if (choice < 0.78) return this.#conditional('with', depth);
    if (choice < 0.92) return this.#range(depth);
    if (choice < 0.95) return this.#trim(`template "${dice.pick(this.#templates)}"${dice.chance(0.7) ? ` ${this.#pipeline(2)}` : ''}`);
    if (choice < 0.97) return this.#nested(depth);
    if (choice < 0.985) return this.#trim(dice.pick(['break', 'continue']));
    return this.#trim(
      dice.pick([
        'end',
        'else',
        'else if true',
        'if',
        'range',
        'nil',
        'define "x"',
        'template',
        '',
        '1 | 2',
        '$nope',
        'foo',
        '| print',
        'print |',
        '(1',
        '1)',
        '.Name.',
        '..',
        '"a',
        '=',
        '$x = 1',
        '1 2',
        'nil | print',
        'print nil',
      ]),
    );
  }

  #declaration(): string {
    const dice = this.#dice;
    const name = dice.pick(['$x', '$y', '$z']);
    const isNew = dice.chance(0.6) || !this.#variables.includes(name);
    const text = this.#trim(`${name}${dice.pick([' := ', ':='])}${this.#pipeline(2)}`.replace(':=', isNew ? ':=' : '='));
    this.#variables.push(name);
    return text;
  }

  #nested(depth: number): string {
    const dice = this.#dice;
    const name = dice.pick(['b1', 'b2']);
    const argument = this.#pipeline(2);
    const known = this.#variables.splice(1);
    const body = this.#block(depth - 1);
    this.#variables.push(...known);
    return `{{block "${name}" ${argument}}}${body}{{end}}`;
  }

  #scoped(make: () => string): string {
    const count = this.#variables.length;
    const text = make();
    this.#variables.length = count;
    return text;
  }

  #conditional(word: 'if' | 'with', depth: number): string {
    const dice = this.#dice;
    return this.#scoped(() => {
      const declaration = dice.chance(0.2) ? `${this.#newVariable()} := ` : '';
      let text = this.#trim(`${word} ${declaration}${this.#pipeline(3)}`) + this.#block(depth - 1);
      while (dice.chance(0.2)) text += this.#trim(`else ${dice.chance(0.95) ? word : 'if'} ${this.#pipeline(2)}`) + this.#block(depth - 1);
      if (dice.chance(0.4)) text += this.#trim('else') + this.#block(depth - 1);
      return text + this.#trim('end');
    });
  }

  #newVariable(): string {
    const name = this.#dice.pick(['$i', '$v', '$x', '$k']);
    this.#variables.push(name);
    return name;
  }

  #range(depth: number): string {
    const dice = this.#dice;
    return this.#scoped(() => {
      const collection = dice.pick([
        '.Errors',
        '.Metadata',
        '.IDPFields',
        '.IDPFields.sftpgo_role',
        '(stringSlice "p" "q" "r")',
        '(createDict 2 "b" 1 "a")',
        '(createDict "k" .Status "j" nil)',
        '3',
        '0',
        '.Status',
        '.Name',
        'nil',
        '.IDPFields.none',
        '1.5',
        '$.Errors',
        '.Object.User.Groups',
        '(slice .Errors 1)',
        '(index .IDPFields "sftpgo_role")',
        '$.Metadata',
        '.',
        '.Timestamp.UTC.MarshalText',
        '.Timestamp.Month',
        'true',
      ]);
      const variables = dice.next();
      const head =
        variables < 0.4
          ? ''
          : variables < 0.65
            ? `${this.#newVariable()} := `
            : variables < 0.95
              ? `${this.#newVariable()}, ${this.#newVariable()} := `
              : '$x = ';
      this.#inRange++;
      let text = this.#trim(`range ${head}${collection}`) + this.#block(depth - 1);
      if (dice.chance(0.25)) text += `{{if ${this.#pipeline(2)}}}${this.#trim(dice.pick(['break', 'continue']))}{{end}}${this.#block(1)}`;
      this.#inRange--;
      if (dice.chance(0.3)) text += this.#trim('else') + this.#block(depth - 1);
      return text + this.#trim('end');
    });
  }

  #pipeline(depth: number): string {
    const dice = this.#dice;
    const first = this.#command(depth);
    if (dice.chance(0.75)) return first;
    const rest = dice.many(1, 2, () =>
      dice.pick([
        'printf "%v"',
        'print',
        'println "x"',
        'len',
        'html',
        'js',
        'urlquery',
        'not',
        'toJson',
        'toJsonUnquoted',
        'stringToUpper',
        'pathBase',
        'pathDir',
        'printf "%T"',
        'eq 1',
        'and true',
        'or 0',
        'index .Metadata',
        'stringSlice "s"',
        'humanizeBytes',
        'mapToString 1',
        'toBase64',
        'toHex',
        '$',
        '.Name',
        '(print 1)',
        'printf "%q"',
        'stringReplace "aXb" "X"',
      ]),
    );
    return [first, ...rest].join(dice.pick([' | ', '|', ' |']));
  }

  #command(depth: number): string {
    const dice = this.#dice;
    if (depth <= 0 || dice.chance(0.4)) return this.#term(depth);
    const arg = () => this.#argument(depth - 1);
    const one = dice.pick([
      'not',
      'len',
      'toJson',
      'toJsonUnquoted',
      'toBase64',
      'toHex',
      'urlEscape',
      'urlPathEscape',
      'pathDir',
      'pathBase',
      'pathExt',
      'stringToLower',
      'stringToUpper',
      'humanizeBytes',
      'fromMillis',
      'pathJoin',
      'filePathJoin',
      'html',
      'js',
      'urlquery',
    ]);
    const two = dice.pick([
      'eq',
      'ne',
      'lt',
      'le',
      'gt',
      'ge',
      'index',
      'slice',
      'stringJoin',
      'stringTrimSuffix',
      'stringTrimPrefix',
      'stringHasPrefix',
      'stringHasSuffix',
      'mapToString',
      'and',
      'or',
      'print',
      'printf',
    ]);
    const some = dice.pick([
      'and',
      'or',
      'print',
      'println',
      'printf "%v %d"',
      'stringSlice',
      'createDict',
      'eq',
      'index',
      'slice',
      'stringReplace',
      'call',
      'printf "%[2]v"',
    ]);
    const choice = dice.next();
    if (choice < 0.35) return `${one} ${arg()}`;
    if (choice < 0.7) return `${two} ${arg()} ${arg()}`;
    if (choice < 0.95) return [some, ...dice.many(0, 4, arg)].join(' ');
    return `${dice.pick(['.Timestamp.Format', '.Timestamp.AddDate 1 2', '.Name', '$.Timestamp.UTC.Format', '.Object.JSON', '.Timestamp.After'])} ${arg()}`;
  }

  #argument(depth: number): string {
    const dice = this.#dice;
    if (depth > 0 && dice.chance(0.3))
      return `(${dice.chance(0.05) ? `${this.#newVariable()} := ` : ''}${this.#pipeline(depth)})${dice.chance(0.1) ? dice.pick(['.Foo', '.author', '.Username', '.Year']) : ''}`;
    return this.#term(depth);
  }

  #term(depth: number): string {
    const dice = this.#dice;
    const choice = dice.next();
    if (choice < 0.35) return dice.pick(FIELDS);
    if (choice < 0.5) return dice.pick(TEXTS);
    if (choice < 0.65) return dice.pick(INTEGERS);
    if (choice < 0.7) return dice.pick(FLOATS);
    if (choice < 0.8) return dice.pick(OTHERS);
    if (choice < 0.82) return dice.pick(['print', 'len', 'stringSlice', 'createDict']);
    if (choice < 0.97 || depth <= 0)
      return dice.pick(this.#variables) + dice.pick(['', '', '', '', '.Name', '.author', '.x', '.Timestamp.Year', '.Errors']);
    return `(${this.#pipeline(depth - 1)})`;
  }
}

/** A program. */
export function programCase(dice: Dice): string {
  return new Program(dice).make();
}

/** A template with some characters removed, doubled, moved or put in: mostly for the lexer and parser. */
export function damagedCase(dice: Dice): string {
  let text = dice.pick([programCase, programCase, formatCase, timeCase])(dice);
  const pieces = [
    '{{',
    '}}',
    '{{-',
    '-}}',
    '{{- ',
    ' -}}',
    '"',
    '`',
    "'",
    '(',
    ')',
    '|',
    '.',
    '$',
    ' ',
    '\n',
    ':=',
    '=',
    ',',
    '\\',
    '/*',
    '*/',
    'end',
    'else',
    'é',
    '\t',
    '-',
    '+',
    '0',
    '%',
    '\u0000',
    '\u00a0',
    '😀',
    '{{end}}',
    '{{else}}',
    '{{/**/}}',
  ];
  for (let edits = 1 + dice.below(3); edits > 0; edits--) {
    const at = dice.below(text.length + 1);
    const length = dice.below(4);
    text = text.slice(0, at) + (dice.chance(0.6) ? dice.pick(pieces) : '') + text.slice(dice.chance(0.5) ? at : at + length);
  }
  return text.toWellFormed();
}

const KINDS = [programCase, programCase, programCase, formatCase, formatCase, timeCase, constantCase, damagedCase];

/** The nth random case of a seed. */
export function randomCase(dice: Dice): TemplateCase {
  return { context: dice.pick(CONTEXTS), template: dice.pick(KINDS)(dice) };
}
