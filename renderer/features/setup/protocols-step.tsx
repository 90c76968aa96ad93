import { type ReactElement, type ReactNode, useId } from 'react';
import type { CheckRow } from '../../../engine/contract/methods/setup.ts';
import { ChecksView, useChecks } from '../../forms/machine/checks.tsx';
import { setupText } from '../../text/setup.ts';
import { Checkbox, Field, NumberInput, Switch } from '../../ui/index.ts';
import { usesFtp, wantedPorts } from './answers.ts';
import type { StepProps } from './step-props.ts';

const text = setupText.protocols;

export function ProtocolsStep({ answers, change, problemAt }: StepProps): ReactElement {
  const { sftp, ftps, plainFtp, plainUnderstood, sftpPort } = answers;
  const ports = wantedPorts(answers);
  const checks = useChecks('setup.checkPorts', Object.keys(ports).length === 0 ? undefined : ports);

  /** Puts the port or range that a row offers into its field. */
  function take({ id, fix }: CheckRow): boolean {
    if (fix?.id === 'use-port' && typeof fix.value === 'number') {
      change(id === 'sftp' ? { sftpPort: fix.value } : { ftpPort: fix.value });
      return true;
    }
    if (fix?.id !== 'use-passive' || !isRange(fix.value)) return false;
    change({ passiveFrom: fix.value.from, passiveTo: fix.value.to });
    return true;
  }

  return (
    <>
      <div className="flex flex-col gap-3">
        <Card title={text.sftp} help={text.sftpHelp} on={sftp} onSwitch={(on) => change({ sftp: on })}>
          <Field label={text.port} error={problemAt('sftp')}>
            <NumberInput value={sftpPort} onChange={(port) => change({ sftpPort: port })} min={1} max={65_535} grouping={false} />
          </Field>
        </Card>
        <Card title={text.ftps} help={text.ftpsHelp} on={ftps} onSwitch={(on) => change({ ftps: on })} />
        <Card title={text.plain} help={text.plainHelp} on={plainFtp} onSwitch={(on) => change({ plainFtp: on, plainUnderstood: false })}>
          <Checkbox label={text.understood} checked={plainUnderstood} onChange={(ticked) => change({ plainUnderstood: ticked })} />
          <Wrong words={problemAt('plainFtp')} />
        </Card>
        <Wrong words={problemAt('protocols')} />
      </div>
      {usesFtp(answers) && <FtpPorts answers={answers} change={change} problemAt={problemAt} />}
      {checks.rows.length + Number(checks.checking) > 0 && <ChecksView label={text.checks} checks={checks} onFix={take} />}
    </>
  );
}

function isRange(value: unknown): value is { readonly from: number; readonly to: number } {
  if (typeof value !== 'object' || value === null) return false;
  const { from, to } = value as Readonly<Record<string, unknown>>;
  return typeof from === 'number' && typeof to === 'number';
}

function FtpPorts({ answers, change, problemAt }: Pick<StepProps, 'answers' | 'change' | 'problemAt'>): ReactElement {
  const { ftpPort, passiveFrom, passiveTo } = answers;
  return (
    <div className="flex flex-col gap-4">
      <Field label={text.ftpPort} error={problemAt('ftp')}>
        <NumberInput value={ftpPort} onChange={(port) => change({ ftpPort: port })} min={1} max={65_535} grouping={false} />
      </Field>
      <fieldset className="flex flex-col gap-1.5">
        <legend className="mb-1.5 font-medium">{text.passive}</legend>
        <div className="flex flex-wrap items-center gap-2">
          <NumberInput
            aria-label={text.passiveFrom}
            value={passiveFrom}
            onChange={(port) => change({ passiveFrom: port })}
            min={1024}
            max={65_535}
            grouping={false}
          />
          <span aria-hidden>–</span>
          <NumberInput
            aria-label={text.passiveTo}
            value={passiveTo}
            onChange={(port) => change({ passiveTo: port })}
            min={1024}
            max={65_535}
            grouping={false}
          />
        </div>
        <Wrong words={problemAt('passive')} />
        <p className="max-w-prose text-sm text-muted">{text.passiveHelp}</p>
      </fieldset>
    </div>
  );
}

function Wrong({ words }: { readonly words: string | undefined }): ReactElement | null {
  return words === undefined ? null : (
    <p role="alert" className="text-sm text-failure">
      {words}
    </p>
  );
}

type CardProps = {
  readonly title: string;
  readonly help: string;
  readonly on: boolean;
  readonly onSwitch: (on: boolean) => void;
  /** Asked only where it is on. */
  readonly children?: ReactNode;
};

function Card({ title, help, on, onSwitch, children }: CardProps): ReactElement {
  const id = useId();
  return (
    <section aria-labelledby={id} className="flex flex-col gap-3 rounded-panel border border-line bg-surface p-3">
      <span id={id} className="sr-only">
        {title}
      </span>
      <Switch label={title} help={help} checked={on} onChange={onSwitch} />
      {on && children !== undefined && <div className="flex flex-col gap-2 ps-12">{children}</div>}
    </section>
  );
}
