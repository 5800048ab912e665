import { type ReactNode, useState } from 'react';
import { useClient } from 'urql';
import { Button } from '../elements/Button.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Field } from '../elements/Field.tsx';
import { Form } from '../elements/Form.tsx';
import { type PredictQuery, predictQuery } from '../generated/operations.ts';
import { Refusal } from '../graph/refusal.ts';
import { inputValue, readableTensor, type Version } from './signature.ts';

type Prediction = NonNullable<PredictQuery['predict']>['predictions'][number];

/** A version asked with one item of one's own; what does not fit is said beside its input. */
export function TryModel({
  model,
  version,
}: {
  readonly model: string;
  readonly version: Version;
}): ReactNode {
  const client = useClient();
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Refusal>();
  const [prediction, setPrediction] = useState<Prediction>();
  const submit = async (): Promise<void> => {
    setBusy(true);
    const item = Object.fromEntries(
      version.inputs.map((tensor) => [tensor.name, inputValue(tensor, texts[tensor.name] ?? '')]),
    );
    const variables = { model, inputs: [item], version: version.version };
    const outcome = await client.query(predictQuery, variables, { requestPolicy: 'network-only' });
    setError(outcome.error && Refusal.of(outcome.error));
    setPrediction(outcome.data?.predict?.predictions[0]);
    setBusy(false);
  };
  const fault = prediction?.error ?? undefined;
  return (
    <Form className="try-model" onSubmit={submit}>
      <h3>Try version {version.version}</h3>
      {version.inputs.map((tensor) => (
        <Field
          key={tensor.name}
          label={<code>{tensor.name}</code>}
          hint={readableTensor(tensor)}
          fault={fault?.input === tensor.name ? fault.message : undefined}
        >
          {(parts) => (
            <input
              {...parts}
              className="input"
              value={texts[tensor.name] ?? ''}
              required
              onChange={(event) => setTexts((present) => ({ ...present, [tensor.name]: event.target.value }))}
            />
          )}
        </Field>
      ))}
      <div>
        <Button look="primary" type="submit" busy={busy}>
          Predict
        </Button>
      </div>
      {error !== undefined && <FailureNotice error={error} />}
      {fault !== undefined && fault.input === null && <p className="field-fault">{fault.message}</p>}
      {prediction !== undefined && prediction.outputs !== null && (
        <pre className="sample" aria-label="Prediction" role="status">
          {JSON.stringify(prediction.outputs, null, 2)}
        </pre>
      )}
    </Form>
  );
}
