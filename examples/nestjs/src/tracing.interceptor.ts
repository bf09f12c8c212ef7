import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { finalize, Observable, tap } from 'rxjs';

const tracer = trace.getTracer('nestjs-example');

/** A span for every call of a controller. */
@Injectable()
export class TracingInterceptor implements NestInterceptor {
  intercept(call: ExecutionContext, next: CallHandler): Observable<unknown> {
    const span = tracer.startSpan(`${call.getClass().name}.${call.getHandler().name}`, { kind: SpanKind.SERVER });
    const inSpan = trace.setSpan(context.active(), span);
    // The controller runs when somebody subscribes, so it is then that the span has to be the active one.
    return new Observable((subscriber) => context.with(inSpan, () => next.handle().subscribe(subscriber))).pipe(
      tap({ error: (error: Error) => span.setStatus({ code: SpanStatusCode.ERROR, message: error.message }) }),
      finalize(() => span.end()),
    );
  }
}
