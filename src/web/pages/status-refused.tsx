/** What was refused or left out: by the way it came, by who sent it, by the kind of record; each with what to do about it. */
import type { ComponentChildren } from 'preact';
import type { StatusAnswer } from '../../contract/index.ts';
import { countText } from '../format/number.ts';
import { reasonWords, recordWords, refusedWords, wayWords } from '../format/refused-words.ts';
import { Age } from '../parts/age.tsx';

/** Everything since the start; says so when that is nothing. */
export function Refused({ status }: { readonly status: StatusAnswer }) {
  const { intake } = status;
  const words = refusedWords(intake);
  return (
    <section>
      <h2>
        Refused <span class="quiet">since the start, with what to do about it</span>
      </h2>
      {words === null ? (
        <p class="quiet">
          Nothing was refused since the start, <Age at={status.startedAt} ago />.
        </p>
      ) : (
        <div class="tables">
          {intake.refused.length > 0 && <Bodies refused={intake.refused} />}
          {intake.refusedSenders.length > 0 && <Senders senders={intake.refusedSenders} />}
          {intake.rejectedRecords.length > 0 && <Records records={intake.rejectedRecords} />}
        </div>
      )}
    </section>
  );
}

function Bodies({ refused }: { readonly refused: StatusAnswer['intake']['refused'] }) {
  return (
    <BodyTable what="Whole bodies">
      {refused.map((one) => (
        <tr key={`${one.way} ${one.reason}`}>
          <th scope="row" title={one.reason}>
            {reasonWords(one.reason)} <span class="quiet">{wayWords(one.way)}</span>
            {one.hint !== null && <small>{one.hint}</small>}
          </th>
          <Counted one={one} />
        </tr>
      ))}
    </BodyTable>
  );
}

function Senders({ senders }: { readonly senders: StatusAnswer['intake']['refusedSenders'] }) {
  return (
    <BodyTable what="Sender">
      {senders.map((one) => (
        <tr key={one.sender}>
          <th scope="row">
            {one.sender}
            <small>
              {one.reasons.map(({ reason, count }) => `${reasonWords(reason)} ${countText(count)}`).join(', ')}
            </small>
          </th>
          <Counted one={one} />
        </tr>
      ))}
    </BodyTable>
  );
}

function BodyTable({ what, children }: { readonly what: string; readonly children: ComponentChildren }) {
  return (
    <div class="frame">
      <table class="dense">
        <thead>
          <tr>
            <th scope="col">{what}</th>
            <th scope="col" class="number">
              Last
            </th>
            <th scope="col" class="number">
              Bodies
            </th>
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

function Counted({ one }: { readonly one: { readonly count: number; readonly lastAt: string } }) {
  return (
    <>
      <td class="number">
        <Age at={one.lastAt} ago />
      </td>
      <td class="number">{countText(one.count)}</td>
    </>
  );
}

function Records({ records }: { readonly records: StatusAnswer['intake']['rejectedRecords'] }) {
  return (
    <div class="frame">
      <table class="dense">
        <thead>
          <tr>
            <th scope="col">Single records</th>
            <th scope="col" class="number">
              Records
            </th>
          </tr>
        </thead>
        <tbody>
          {records.map((one) => (
            <tr key={`${one.signal} ${one.reason}`}>
              <th scope="row" title={one.reason}>
                {reasonWords(one.reason)} <span class="quiet">{recordWords(one.signal)}</span>
                {one.hint !== null && <small>{one.hint}</small>}
              </th>
              <td class="number">{countText(one.count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
