/** A meter that keeps what it is told. */
import type { Meter } from '../../src/telemetry/meter.ts';

export class KeepingMeter implements Meter {
  /** In short words, in order. */
  readonly told: string[] = [];

  accepted(kind: string): void {
    this.told.push(`accepted ${kind}`);
  }

  refused(where: string, code: string): void {
    this.told.push(`refused ${where} ${code}`);
  }

  took(step: string, ms: number): void {
    this.told.push(`took ${step} ${Math.round(ms)}`);
  }

  waited(format: string, ms: number): void {
    this.told.push(`waited ${format} ${ms}`);
  }
}
