import { FolderOpen, Users } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { CheckRow } from '../../../engine/contract/methods/setup.ts';
import { AppError } from '../../../engine/contract/errors.ts';
import {
  Avatar,
  Badge,
  Button,
  Bytes,
  CheckRows,
  Chip,
  Duration,
  EmptyState,
  ErrorState,
  Link,
  Notice,
  ProgressBar,
  Skeleton,
  Spinner,
  Status,
  type StatusKind,
  Time,
} from '../../ui/index.ts';
import { SAMPLE_NOW } from '../samples/now.ts';
import { Specimen } from '../specimen.tsx';

const KINDS: readonly StatusKind[] = ['ok', 'notice', 'warning', 'failure', 'paused'];

const CHECKS: readonly CheckRow[] = [
  { id: 'write', title: 'Can be written', state: 'passed', message: 'A file was made, renamed and removed.', fix: null },
  { id: 'space', title: 'Free space', state: 'warning', message: '4 GB are free. Partners may fill them within days.', fix: null },
  {
    id: 'port',
    title: 'Port 22',
    state: 'failed',
    message: 'OpenSSH holds it. Take another port, or stop OpenSSH.',
    fix: { id: 'use-port', title: 'Use 2022', value: { protocol: 'sftp', port: 2022 } },
  },
  { id: 'reach', title: 'Reached at 192.168.1.20', state: 'running', message: '', fix: null },
  { id: 'ftp', title: 'FTPS on 192.168.1.20', state: 'waiting', message: '', fix: null },
  { id: 'router', title: 'Router', state: 'skipped', message: 'Inside the office only.', fix: null },
];

/** What tells how things stand. */
export function FeedbackSection(): ReactElement {
  return (
    <div className="flex max-w-form flex-col gap-10">
      <States />
      <Notices />
      <Waiting />
      <Outcomes />
    </div>
  );
}

function States(): ReactElement {
  const [chips, setChips] = useState(['Acme Ltd', 'Failed', 'Last 7 days']);
  return (
    <>
      <Specimen row title="States">
        {KINDS.map((kind) => (
          <Status key={kind} kind={kind} />
        ))}
        <Status kind="ok">Online now</Status>
        <Status kind="failure">Wrong key</Status>
      </Specimen>
      <Specimen row title="Badges and avatars">
        {KINDS.map((tone) => (
          <Badge key={tone} tone={tone}>
            {tone}
          </Badge>
        ))}
        <Badge>12</Badge>
        <Avatar name="Acme Ltd" />
        <Avatar name="Brandt Steuerberatung" />
        <Avatar name="NovaPrint" />
        <Avatar large name="Studio Lind" />
      </Specimen>
      <Specimen row title="Chips">
        {chips.map((chip) => (
          <Chip key={chip} name="Filter" value={chip} onRemove={() => setChips(chips.filter((other) => other !== chip))} />
        ))}
        <Chip value="Problems" onClick={() => setChips(['Failed'])} />
      </Specimen>
      <Specimen row title="Figures">
        <Time at={SAMPLE_NOW} />
        <Time at={SAMPLE_NOW} show="date-time" />
        <Time at={SAMPLE_NOW - 180_000} show="relative" now={SAMPLE_NOW} />
        <Bytes value={2_134_000} />
        <Duration ms={125_000} />
      </Specimen>
    </>
  );
}

function Notices(): ReactElement {
  return (
    <Specimen title="Notices">
      {KINDS.map((kind) => (
        <Notice
          key={kind}
          kind={kind}
          title={NOTICE_TITLES[kind]}
          action={kind === 'warning' ? <Button small>Renew now</Button> : undefined}
        >
          {kind === 'warning' && 'Partners with strict clients are refused after that.'}
        </Notice>
      ))}
    </Specimen>
  );
}

const NOTICE_TITLES: Readonly<Record<StatusKind, string>> = {
  ok: 'All checks passed.',
  notice: 'Gatehouse 1.2 is ready to install.',
  warning: 'The certificate of FTPS expires in 6 days.',
  failure: 'Port 22 is taken by OpenSSH. Partners cannot connect over SFTP.',
  paused: 'Paused. Running transfers are allowed to finish.',
};

function Waiting(): ReactElement {
  return (
    <Specimen title="Waiting">
      <ProgressBar label="invoice-2026-11.pdf" value={0.42} words="12.4 of 29.5 MB" />
      <ProgressBar label="Export" value={null} words="4,120 events" />
      <Spinner words="Reading the timeline" />
      <Skeleton rows={3} words="Reading partners" />
    </Specimen>
  );
}

function Outcomes(): ReactElement {
  return (
    <>
      <Specimen title="Checks">
        <CheckRows label="Folder and ports" rows={CHECKS} onFix={() => undefined} />
      </Specimen>
      <Specimen title="Nothing there">
        <EmptyState
          icon={Users}
          title="No partners yet"
          action={
            <Link button="primary" href="/feedback">
              Add the first partner
            </Link>
          }
        >
          A partner is a company that sends you files or fetches them.
        </EmptyState>
      </Specimen>
      <Specimen title="Something failed">
        <ErrorState
          title="The exchange folder is gone"
          error={new AppError('not_found', 'The folder /srv/exchange is not there any more. Connect the disk, or choose another folder.')}
          effect="Partners cannot sign in until it is back. Nothing was lost."
          onRetry={() => undefined}
          action={<Button icon={FolderOpen}>Choose folder</Button>}
        />
      </Specimen>
    </>
  );
}
