import type { Page } from 'playwright-core';

/** What the wizard asks; what is left out stays as it is offered. */
export type SetupAnswers = {
  readonly folder?: string;
  readonly sftpPort?: number;
  /** Switches FTPS on, on this port, with these data ports. */
  readonly ftps?: { readonly port: number; readonly passiveFrom: number; readonly passiveTo: number };
  readonly name?: string;
  readonly partner: { readonly company: string; readonly template: 'Drop-off' | 'Pick-up' | 'Both' };
};

/** The gestures of the set-up wizard. */
export function setupPage(page: Page) {
  const next = () => page.getByRole('button', { name: 'Next', exact: true }).click();
  const question = (words: string) => page.getByRole('heading', { name: words, level: 1 }).waitFor();
  const fill = async (label: string, value: number | string) => {
    await page.getByRole('textbox', { name: label }).fill(String(value));
    await page.keyboard.press('Tab');
  };

  return {
    next,

    /** From the start to the first question. */
    async begin(): Promise<void> {
      await page.getByRole('button', { name: 'Start set-up' }).click();
      await question('Where are the files kept?');
    },

    async chooseFolder(folder?: string): Promise<void> {
      await question('Where are the files kept?');
      if (folder !== undefined) await page.getByRole('textbox', { name: 'Exchange folder' }).fill(folder);
      await next();
      await question('How do partners connect?');
    },

    async chooseProtocols({ sftpPort, ftps }: Pick<SetupAnswers, 'sftpPort' | 'ftps'> = {}): Promise<void> {
      if (sftpPort !== undefined) await fill('Port', sftpPort);
      if (ftps !== undefined) {
        await page.getByRole('switch', { name: 'FTPS' }).click();
        await fill('Port of FTP and FTPS', ftps.port);
        await fill('First data port', ftps.passiveFrom);
        await fill('Last data port', ftps.passiveTo);
      }
      await next();
      await question('How does the server introduce itself?');
    },

    async introduce(name?: string): Promise<void> {
      if (name !== undefined) await page.getByLabel('Name of the server').fill(name);
      await next();
      await question('Where do partners connect from?');
    },

    /** Goes on with what is chosen; inside the office only, where nothing was. */
    async acceptReach(): Promise<void> {
      await next();
      await question('Who is the first partner?');
    },

    /** Resolves with the password that was generated. */
    async addPartner({ company, template }: SetupAnswers['partner']): Promise<string> {
      await page.getByLabel('Company or person').fill(company);
      await page.getByRole('radio', { name: new RegExp(`^${template}`) }).click();
      const password = await page.getByText(/^(\w{5}-){3}\w{5}$/).innerText();
      await next();
      await question('When should you be told?');
      return password.trim();
    },

    async chooseAlerts(): Promise<void> {
      await next();
      await question('Does everything work?');
    },

    /** Waits for the self-test to pass, then lets partners in. */
    async goLive(): Promise<void> {
      await page.getByText('Everything works.').waitFor({ timeout: 60_000 });
      await page.getByRole('button', { name: 'Go live', exact: true }).click();
      await question('Gatehouse is live');
    },

    /** Every step from the start on. Resolves with the partner's password. */
    async complete(answers: SetupAnswers): Promise<string> {
      await this.begin();
      await this.chooseFolder(answers.folder);
      await this.chooseProtocols(answers);
      await this.introduce(answers.name);
      await this.acceptReach();
      const password = await this.addPartner(answers.partner);
      await this.chooseAlerts();
      await this.goLive();
      return password;
    },
  };
}
