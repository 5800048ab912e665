import type { IncomingMessage } from 'node:http';
import { errorCodes, type FastifyRequest } from 'fastify';
import { GatheredBytes } from './gathered-bytes.ts';

/**
 * The body of a request, up to the limit of its route, as fastify itself reads one, but for what a body of small pieces takes: fastify keeps each of them.
 * @throws FST_ERR_CTP_BODY_TOO_LARGE as soon as it is, FST_ERR_CTP_INVALID_CONTENT_LENGTH, and what ends the connection
 */
export function wholeBody(request: FastifyRequest, payload: IncomingMessage): Promise<Buffer> {
  const { bodyLimit } = request.routeOptions;
  const declared = Number(request.headers['content-length']);
  if (declared > bodyLimit) return Promise.reject(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE());
  return new Promise((resolve, reject) => {
    const body = new GatheredBytes();
    const end = (outcome: () => void): void => {
      payload.off('data', take).off('end', whole).off('error', cut);
      outcome();
    };
    const take = (piece: Buffer): void => {
      if (body.length + piece.length > bodyLimit)
        end(() => reject(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE()));
      else body.add(piece);
    };
    const whole = (): void =>
      end(() => {
        if (!Number.isNaN(declared) && body.length !== declared)
          reject(new errorCodes.FST_ERR_CTP_INVALID_CONTENT_LENGTH());
        else resolve(body.whole());
      });
    const cut = (error: Error): void => end(() => reject(Object.assign(error, { statusCode: 400 })));
    payload.on('data', take).on('end', whole).on('error', cut);
  });
}
