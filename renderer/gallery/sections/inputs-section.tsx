import { FolderDown, FolderUp, FolderSync, Play, Plus, RefreshCw, Trash2 } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import {
  Button,
  Checkbox,
  Combobox,
  CopyText,
  DurationInput,
  Field,
  IconButton,
  Link,
  NumberInput,
  RadioCards,
  ScheduleInput,
  SearchInput,
  SecretInput,
  SegmentedControl,
  Select,
  SizeInput,
  Switch,
  TextArea,
  TextInput,
  Toolbar,
} from '../../ui/index.ts';
import { PatternList } from '../../forms/index.ts';
import { Specimen } from '../specimen.tsx';

/** Every control that takes an answer. */
export function InputsSection(): ReactElement {
  return (
    <div className="flex max-w-form flex-col gap-10">
      <Buttons />
      <Texts />
      <Spoken />
      <Choices />
      <Search />
    </div>
  );
}

function Buttons(): ReactElement {
  return (
    <>
      <Specimen row title="Buttons">
        <Button kind="primary" icon={Play}>
          Start server
        </Button>
        <Button icon={Plus}>Add partner</Button>
        <Button kind="ghost">Show all</Button>
        <Button kind="danger" icon={Trash2}>
          Delete partner
        </Button>
        <Button busy>Sending test mail</Button>
        <Button disabled>Disconnect</Button>
        <Button small>Fix</Button>
      </Specimen>
      <Specimen row title="Icon buttons and links">
        <IconButton icon={RefreshCw} name="Check again" />
        <IconButton icon={Play} name="Live" pressed />
        <IconButton small icon={Plus} name="Add" />
        <IconButton disabled icon={Trash2} name="Delete" />
        <Link href="/inputs">Show the run</Link>
        <Link quiet href="/inputs">
          Acme Ltd
        </Link>
        <Link href="https://example.com/guide">Guide for routers</Link>
        <CopyText name="fingerprint" text="SHA256:Zs8Tq0wYx1n4" />
      </Specimen>
    </>
  );
}

function Texts(): ReactElement {
  const [name, setName] = useState('Acme Ltd');
  const [notes, setNotes] = useState('Sends invoices on the first Monday of the month.');
  const [path, setPath] = useState('/srv/exchange/acme');
  const [secret, setSecret] = useState('correct horse battery');
  const [none, setNone] = useState('');
  const [port, setPort] = useState<number | null>(2022);
  return (
    <Specimen title="Text">
      <Field label="Company" help="Shown wherever this partner appears.">
        <TextInput value={name} onChange={setName} />
      </Field>
      <Field label="Folder" error="This folder belongs to the system. Choose one in your home." help="Created when it is missing.">
        <TextInput mono value={path} onChange={setPath} />
      </Field>
      <Field label="Notes" aside="Optional">
        <TextArea value={notes} onChange={setNotes} />
      </Field>
      <Field label="Password">
        <SecretInput what="password" value={secret} onChange={setSecret} />
      </Field>
      <Field label="Bearer token">
        <SecretInput stored value={none} onChange={setNone} />
      </Field>
      <Field label="Port" help="From 1 to 65535.">
        <NumberInput grouping={false} min={1} max={65_535} value={port} onChange={setPort} />
      </Field>
      <Field disabled label="Server name" help="Change it in Settings.">
        <TextInput disabled value="frontdesk" onChange={setNone} />
      </Field>
      <Field label="Contact">
        <TextInput placeholder="name@example.com" value={none} onChange={setNone} />
      </Field>
    </Specimen>
  );
}

function Spoken(): ReactElement {
  const [keep, setKeep] = useState<number | null>(90 * 86_400_000);
  const [limit, setLimit] = useState<number | null>(2_000_000_000);
  const [rows, setRows] = useState<readonly string[] | null>(['0 17 * * 1-5']);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  return (
    <Specimen title="As people say it">
      <Field label="Keep events for" help="Such as 90 days or 1 h 30 min.">
        <DurationInput value={keep} onChange={setKeep} />
      </Field>
      <Field label="Most space for the log" help="Such as 2 GB.">
        <SizeInput value={limit} onChange={setLimit} />
      </Field>
      <Field label="Send the digest" error={problem} help="Such as weekdays 17:00 or every 15 minutes.">
        <ScheduleInput value={rows} onChange={setRows} onProblem={setProblem} />
      </Field>
    </Specimen>
  );
}

const TEMPLATES = [
  { value: 'drop', title: 'Drop-off', help: 'The partner sends files to you and cannot read them back.', icon: FolderUp },
  { value: 'pick', title: 'Pick-up', help: 'The partner fetches files from you and cannot change them.', icon: FolderDown },
  { value: 'both', title: 'Both', help: 'One folder for each direction.', icon: FolderSync },
] as const;

const PROTOCOLS = [
  { value: 'sftp', label: 'SFTP' },
  { value: 'ftps', label: 'FTPS', help: 'Explicit TLS' },
  { value: 'ftp', label: 'FTP', help: 'Passwords are readable on the way', disabled: true },
] as const;

const PARTNERS = ['Acme Ltd', 'Brandt Steuerberatung', 'Kestrel Legal', 'NovaPrint', 'Studio Lind'].map((label) => ({
  value: label,
  label,
}));

function Choices(): ReactElement {
  const [template, setTemplate] = useState<(typeof TEMPLATES)[number]['value'] | null>('drop');
  const [protocol, setProtocol] = useState<(typeof PROTOCOLS)[number]['value'] | null>('sftp');
  const [partner, setPartner] = useState<string | null>('NovaPrint');
  const [on, setOn] = useState(true);
  const [off, setOff] = useState(false);
  return (
    <Specimen title="Choices">
      <RadioCards label="Template" options={TEMPLATES} value={template} onChange={setTemplate} />
      <Field label="Protocol">
        <Select options={PROTOCOLS} value={protocol} onChange={setProtocol} />
      </Field>
      <Field label="Partner">
        <Combobox options={PARTNERS} value={partner} onChange={setPartner} />
      </Field>
      <Switch label="Start at sign-in" help="Gatehouse starts hidden, with its icon in the tray." checked={on} onChange={setOn} />
      <Switch label="Quiet hours" checked={off} onChange={setOff} />
      <Switch disabled label="Prevent sleep while transferring" checked={on} onChange={setOn} />
      <Checkbox label="Passwords are readable on the way" help="Needed to switch plain FTP on." checked={on} onChange={setOn} />
      <Checkbox label="Download" checked={off} onChange={setOff} />
      <Checkbox mixed label="All rights" checked={false} onChange={setOff} />
    </Specimen>
  );
}

const VIEWS = [
  { value: 'sessions', label: 'Sessions' },
  { value: 'flat', label: 'Flat' },
] as const;

function Search(): ReactElement {
  const [words, setWords] = useState('partner:acme');
  const [view, setView] = useState<(typeof VIEWS)[number]['value']>('sessions');
  const [patterns, setPatterns] = useState<readonly { pattern: string; inverse: boolean }[]>([
    { pattern: '*.pdf', inverse: false },
    { pattern: 'draft-*', inverse: true },
  ]);
  return (
    <Specimen title="Search and patterns">
      <Toolbar label="Timeline" end={<Button>Export</Button>}>
        <SearchInput label="Search the timeline" value={words} onChange={setWords} />
        <SegmentedControl label="View" segments={VIEWS} value={view} onChange={setView} />
      </Toolbar>
      <PatternList label="File name" name="names" placeholder="*.pdf" value={patterns} onChange={setPatterns} />
    </Specimen>
  );
}
