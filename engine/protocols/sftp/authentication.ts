import type { AuthContext, AuthenticationType, KeyboardAuthContext, ParsedKey, PublicKeyAuthContext } from 'ssh2';
import type { FurtherProof, OfferedKey, Proof, Question, SignIn, SignInAttempt } from '../../accounts/types.ts';
import type { Account } from '../../contract/account.ts';
import { toAppError } from '../../contract/errors.ts';
import type { Logger } from '../../lib/log.ts';
import { sshUtils } from './ssh2.ts';

const METHODS: AuthenticationType[] = ['publickey', 'keyboard-interactive', 'password'];
/** Keys whose signatures count; DSA and RSA with SHA-1 do not (RFC 8332). */
const KEY_TYPES: ReadonlySet<string> = new Set([
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
]);
/** The same by the names of their signatures (RFC 8332, 3), the best first. */
export const SIGNATURES: readonly string[] = [...KEY_TYPES].flatMap((type) =>
  type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type],
);
/**
 * Requests of any kind on one connection. Probes for keys are not failures, since an agent with ten keys is nothing evil, but a client
 * cannot go on for ever with them, with `none`, or with prompts it never answers.
 */
const MOST_REQUESTS = 60;

const PASSWORD = { title: '', instruction: '', prompts: [{ prompt: 'Password: ', echo: false }] };

export type AuthenticationOptions = {
  readonly signIn: SignIn;
  readonly furtherProof: FurtherProof | undefined;
  readonly attempt: Omit<SignInAttempt, 'username'>;
  /** Refused attempts after which the connection ends. */
  readonly maxAttempts: number;
  readonly log: Logger;
  /** Opens the account's session. Rejects when the account may not come in now; the client is then refused like anybody else. */
  readonly enter: (account: Account, method: string) => Promise<void>;
  /** Called after a sign-in was accepted, with whether SSH took the answer: it does not when the client has meanwhile asked for something else. */
  readonly entered: () => void;
  /** Called for each refused attempt with credentials. */
  readonly refused: () => void;
  /** Asked after each refusal: whether the client's address is no longer let in. */
  readonly isClosed: () => boolean;
  /** Ends the connection. */
  readonly disconnect: () => void;
};

/** The sign-in of one connection (RFC 4252, 4256): at most `maxAttempts` refusals, one user name, unknown users indistinguishable from others. */
export class Authentication {
  readonly #options: AuthenticationOptions;
  #username: string | null = null;
  #requests = 0;
  /** Attempts with credentials, counted when they begin, so that pipelined ones cannot exceed the limit either. */
  #attempts = 0;
  #refusals = 0;
  /** Whose password or key was right on this connection, what of the two, and by which methods, in their order. */
  #accountId: number | null = null;
  readonly #shown = new Set<Proof>();
  readonly #methods: string[] = [];
  /** Who has shown all there is to show while a question is still open. */
  #asked: Account | null = null;
  #answered = 0;
  /** The question that nobody has answered yet. */
  #open: Question | null = null;
  readonly #conversation = {};
  /** What the client may go on with. */
  #awaited = METHODS;
  #done = false;

  constructor(options: AuthenticationOptions) {
    this.#options = options;
  }

  /** Handles one request of the client. Never rejects or throws. */
  async handle(context: AuthContext): Promise<void> {
    this.#username ??= context.username;
    this.#requests++;
    // A name that changes on the way could carry one account's partial success to another (RFC 4252, section 5, lets a server disconnect).
    if (this.#done || context.username !== this.#username || context.username.length > 255 || this.#requests > MOST_REQUESTS) {
      this.#options.disconnect();
      return;
    }
    try {
      await this.#decide(context);
    } catch (thrown) {
      this.#fail(context, thrown);
    }
  }

  /** The connection is over: a question that the client never answered is put on record. */
  async closed(): Promise<void> {
    const { furtherProof } = this.#options;
    if (this.#open === null || this.#asked === null || this.#done) return;
    await furtherProof?.unanswered(this.#attempt(), this.#asked, this.#open);
  }

  /** Refuses what could not be decided: the account may not come in now, the client went, or something is broken. */
  #fail(context: AuthContext, thrown: unknown): void {
    const error = toAppError(thrown);
    if (error.kind === 'ours') this.#options.log.error('A sign-in could not be decided and was refused.', error);
    else this.#options.log.info(`A sign-in was refused: ${error.message}`);
    this.#refuse(context);
  }

  #decide(context: AuthContext): Promise<void> | void {
    switch (context.method) {
      case 'none':
        context.reject(METHODS);
        return;
      case 'password':
        return this.#password(context, context.password, 'password');
      case 'publickey':
        return context.signature === undefined ? this.#probe(context) : this.#key(context, context.signature);
      case 'keyboard-interactive':
        this.#prompt(context);
        return;
      case 'hostbased':
        this.#refuse(context);
        return;
    }
  }

  #attempt(): SignInAttempt {
    const { attempt, furtherProof } = this.#options;
    return {
      ...attempt,
      username: this.#username ?? '',
      shown: [...this.#shown],
      asks: furtherProof !== undefined,
      conversation: this.#conversation,
    };
  }

  /** Counts an attempt; false when it is one too many. */
  #begin(context: AuthContext): boolean {
    this.#attempts++;
    if (this.#attempts <= this.#options.maxAttempts) return true;
    this.#refuse(context);
    return false;
  }

  async #password(context: AuthContext, password: unknown, method: 'password' | 'keyboard-interactive'): Promise<void> {
    if (!this.#begin(context)) return;
    // ssh2 gives an object instead of a string for a request to change the password (RFC 4252, section 8).
    const account = typeof password === 'string' ? await this.#options.signIn.withPassword({ ...this.#attempt(), method }, password) : null;
    await this.#conclude(context, account, method);
  }

  #prompt(context: KeyboardAuthContext): void {
    const account = this.#asked;
    const question = account === null ? null : this.#nextQuestion(account);
    if (account !== null && question !== null) {
      this.#ask(context, question, account);
      return;
    }
    this.#put(context, PASSWORD, ([password]) => this.#password(context, password, 'keyboard-interactive'));
  }

  /** Puts what is still missing to somebody whose password or key was right. */
  #ask(context: KeyboardAuthContext, question: Question, account: Account): void {
    this.#put(context, question, async (answers) => {
      this.#open = null;
      if (!this.#begin(context)) return;
      const verdict = await question.answer(answers);
      if (verdict === false) {
        this.#refuse(context);
        return;
      }
      if (verdict !== true) {
        this.#ask(context, verdict, account);
        return;
      }
      this.#answered++;
      this.#methods.push(question.name);
      const next = this.#nextQuestion(account);
      if (next === null) await this.#enter(context, account);
      else this.#ask(context, next, account);
    });
  }

  #nextQuestion(account: Account): Question | null {
    const progress = { shown: [...this.#shown], answered: this.#answered };
    return this.#options.furtherProof?.next(this.#attempt(), account, progress) ?? null;
  }

  #put(
    context: KeyboardAuthContext,
    { title, instruction, prompts }: Pick<Question, 'title' | 'instruction' | 'prompts'>,
    answered: (answers: readonly string[]) => Promise<void>,
  ): void {
    const shown = prompts.map((prompt) => ({ ...prompt }));
    // The callback gets an Error instead of answers when the client gives the prompt up.
    context.prompt(shown, title, instruction, (answers: unknown) => {
      if (answers instanceof Error) return;
      const texts = Array.isArray(answers) ? answers.filter((answer) => typeof answer === 'string') : [];
      answered(texts).catch((thrown: unknown) => this.#fail(context, thrown));
    });
  }

  async #probe(context: PublicKeyAuthContext): Promise<void> {
    if (this.#isUsable(context) && (await this.#options.signIn.knowsKey(this.#attempt(), offered(context)))) {
      // ssh2 would answer with the key's type where the client named the signature's algorithm (RFC 8332, 3.2).
      if (context.hashAlgo !== undefined) context.key.algo = `rsa-sha2-${context.hashAlgo.slice(3)}`;
      context.accept();
    } else {
      context.reject(METHODS);
    }
  }

  async #key(context: PublicKeyAuthContext, signature: Buffer): Promise<void> {
    if (!this.#begin(context)) return;
    const account = await this.#options.signIn.withKey(
      this.#attempt(),
      offered(context),
      this.#isUsable(context) && isSigned(context, signature),
    );
    await this.#conclude(context, account, 'publickey');
  }

  #isUsable(context: PublicKeyAuthContext): boolean {
    const { algo } = context.key;
    return KEY_TYPES.has(algo) && (algo !== 'ssh-rsa' || context.hashAlgo !== undefined);
  }

  async #conclude(context: AuthContext, account: Account | null, method: 'password' | 'keyboard-interactive' | 'publickey'): Promise<void> {
    if (account === null) {
      this.#refuse(context);
      return;
    }
    this.#note(account, method);
    const missing = this.#options.furtherProof?.missing(account, [...this.#shown]) ?? null;
    if (missing !== null) {
      this.#goOn(context, missing === 'publickey' ? ['publickey'] : ['keyboard-interactive', 'password']);
      return;
    }
    const question = this.#nextQuestion(account);
    if (question === null) {
      await this.#enter(context, account);
      return;
    }
    this.#asked = account;
    this.#open = question;
    if (context.method === 'keyboard-interactive') {
      this.#awaited = ['keyboard-interactive'];
      this.#ask(context, question, account);
    } else this.#goOn(context, ['keyboard-interactive']);
  }

  /** Keeps what was right. What an account of the same name showed that is gone by now does not count for its successor. */
  #note({ id }: Account, method: 'password' | 'keyboard-interactive' | 'publickey'): void {
    if (id !== this.#accountId) {
      this.#shown.clear();
      this.#methods.length = 0;
    }
    this.#accountId = id;
    this.#shown.add(method === 'publickey' ? 'publickey' : 'password');
    if (!this.#methods.includes(method)) this.#methods.push(method);
  }

  /** Right so far: the client goes on with these (RFC 4252, section 5.1). */
  #goOn(context: AuthContext, methods: AuthenticationType[]): void {
    this.#awaited = methods;
    context.reject(methods, true);
  }

  async #enter(context: AuthContext, account: Account): Promise<void> {
    await this.#options.enter(account, this.#methods.join(', '));
    this.#done = true;
    context.accept();
    this.#options.entered();
  }

  #refuse(context: AuthContext): void {
    this.#refusals++;
    this.#options.refused();
    try {
      context.reject(this.#awaited);
    } catch (thrown) {
      // ssh2 throws when the connection is gone or the request was answered.
      this.#options.log.debug('A refusal could not be sent.', thrown);
    }
    if (this.#refusals >= this.#options.maxAttempts || this.#options.isClosed()) this.#options.disconnect();
  }
}

const offered = (context: PublicKeyAuthContext): OfferedKey => ({ algorithm: context.key.algo, blob: context.key.data });

/** Whether the client proved that it holds the private key of the offered one. */
function isSigned(context: PublicKeyAuthContext, signature: Buffer): boolean {
  const { algo, data } = context.key;
  const key: ParsedKey | Error | undefined = [sshUtils.parseKey(`${algo} ${data.toString('base64')}`)].flat()[0];
  if (key === undefined || key instanceof Error || key.type !== algo || context.blob === undefined) return false;
  // ssh2 returns an Error instead of a verdict for a signature it cannot read.
  return (key.verify(context.blob, signature, context.hashAlgo) as unknown) === true;
}
