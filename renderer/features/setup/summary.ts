import { setupText } from '../../text/setup.ts';
import { type Answers, type StepId, STEPS, usesFtp } from './answers.ts';

const text = setupText.summary;

/** The answers as plain sentences, one for each step that is done or in sight. */
export function summaryOf(answers: Answers, step: StepId): readonly string[] {
  return STEPS.filter((id) => id === step || answers.done.includes(id))
    .map((id) => SENTENCES[id](answers))
    .filter((sentence) => sentence !== '');
}

const SENTENCES: Readonly<Record<StepId, (answers: Answers) => string>> = {
  folder: ({ folder }) => (folder === '' ? '' : text.folder(folder)),
  protocols: (answers) => {
    const parts = serverNames(answers);
    return parts.length === 0 ? text.noProtocols : text.protocols(parts);
  },
  identity: ({ name }) => (name === '' ? '' : text.name(name)),
  reach: ({ fromInternet, publicName }) => (fromInternet ? text.internet(publicName) : text.inside),
  partner: ({ partner: { company, username, saved } }) =>
    saved || (company !== '' && username !== '') ? text.partner(company, username) : text.noPartner,
  alerts: ({ newFiles, quietHours: { enabled, from, to } }) =>
    `${newFiles ? text.alerts.on : text.alerts.off}${newFiles && enabled ? text.quiet(from, to) : ''}.`,
  check: ({ testing }) => (testing ? text.live : ''),
};

/** "SFTP on port 22" for each protocol that is on. */
export function serverNames(answers: Answers): readonly string[] {
  const { sftp, ftps, plainFtp, sftpPort, ftpPort } = answers;
  const names = setupText.protocols;
  return [
    ...(sftp ? [text.port(names.sftp, sftpPort ?? 0)] : []),
    ...(usesFtp(answers) ? [text.port([ftps && names.ftps, plainFtp && names.plain].filter(Boolean).join(' / '), ftpPort ?? 0)] : []),
  ];
}
