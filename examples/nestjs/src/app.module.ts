import { Controller, Get, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { TracingInterceptor } from './tracing.interceptor.js';
import { provider } from './tracing.js';

@Controller()
class HelloController {
  @Get()
  hello(): string {
    return 'hello\n';
  }
}

/** After the last answer. */
@Injectable()
class TracingShutdown implements OnApplicationShutdown {
  async onApplicationShutdown(): Promise<void> {
    await provider.shutdown();
  }
}

@Module({
  controllers: [HelloController],
  providers: [TracingShutdown, { provide: APP_INTERCEPTOR, useClass: TracingInterceptor }],
})
export class AppModule {}
