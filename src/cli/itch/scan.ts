// What both itch verbs share: a scan with a progress line, and the failures a file can earn.

import { damageText, NotItchError, scanItchFile } from '../../feed/itch_file.js';
import type { ItchScanResult, NativeItchScan } from '../../native/itch_file_binding.js';
import { formatCount } from '../format.js';
import { OperatorFailure } from '../operator_failure.js';
import { Progress } from '../progress.js';

/** The finished scan. A file that is no ITCH, or cannot be opened, fails as the operator should read it. */
export async function scanForOperator(file: string, lastTime?: number): Promise<NativeItchScan> {
  let progress: Progress | undefined;
  const onProgress = (offset: number, size: number): void => {
    progress ??= new Progress('reading', size);
    progress.update(offset);
  };
  try {
    return await scanItchFile(file, { lastTime, onProgress });
  } catch (error) {
    if (error instanceof NotItchError) throw new OperatorFailure('notItch', file, error.found);
    if ((error as NodeJS.ErrnoException).code === 'EINVAL')
      throw new OperatorFailure(
        'fileNotFound',
        file,
        'not a regular file: files are mapped, so write what a pipe brings to a file first',
      );
    throw error;
  } finally {
    progress?.finish();
  }
}

/** After the figures are out: a damaged file is a failure, named by its first damage. */
export function refuseDamage(file: string, result: ItchScanResult): void {
  const [first] = result.damages;
  if (first === undefined) return;
  const more = result.malformed === 1 ? '' : ` (${formatCount(result.malformed)} malformed in all)`;
  throw new OperatorFailure('malformedFile', file, `${damageText(first)}${more}`);
}
