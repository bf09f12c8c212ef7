export interface ValidationResult {
  readonly command: string;
  readonly status: 'valid' | 'invalid' | 'unknown';
  readonly message: string;
}

export function validateConfigs(
  program: string | undefined,
  folder: string,
  leftOut: readonly string[],
): ValidationResult[];
