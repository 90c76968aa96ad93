import { FileKey } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { useQuery } from '../../stores/use-query.ts';
import { useRights } from '../../stores/use-rights.ts';
import { machineText } from '../../text/machine.ts';
import { Button, CopyText, ErrorState, KeyValues, Notice, Skeleton, Time } from '../../ui/index.ts';
import { CertificateDialog } from './certificate-dialog.tsx';

const text = machineText.certificate;

/** The certificate of FTPS: whose it is, how long it holds, and a way to bring one of one's own. */
export function Certificate(): ReactElement {
  const { calls } = useRights();
  const certificate = useQuery('certificate.get', {});
  const [importing, setImporting] = useState(false);
  const { data, error } = certificate;
  return (
    <div className="flex flex-col gap-4">
      {data !== undefined ? (
        <>
          {data.warnings.map((warning) => (
            <Notice key={warning} kind="warning">
              {warning}
            </Notice>
          ))}
          <KeyValues
            items={[
              { key: text.kind, value: data.selfSigned ? text.selfSigned : text.issuedBy(data.issuer) },
              { key: text.names, value: data.names.join(', ') },
              { key: text.valid, value: <Time at={data.validTo} show="date" /> },
              { key: text.fingerprint, value: <CopyText text={data.sha256} name={text.fingerprintName} /> },
            ]}
          />
        </>
      ) : error === undefined ? (
        <Skeleton rows={4} />
      ) : (
        <ErrorState title={text.cannotRead} error={error} effect={text.effect} onRetry={certificate.reload} />
      )}
      {calls('certificate.import') && (
        <div>
          <Button icon={FileKey} onClick={() => setImporting(true)}>
            {text.import}
          </Button>
        </div>
      )}
      {/* Made anew each time: a key that was typed and not used is forgotten. */}
      {importing && <CertificateDialog onClose={() => setImporting(false)} />}
    </div>
  );
}
