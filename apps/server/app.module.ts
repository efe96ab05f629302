import { type DynamicModule, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';

import { AccessController } from './controllers/access.controller.ts';
import { BoardsController } from './controllers/boards.controller.ts';
import { CampaignsController } from './controllers/campaigns.controller.ts';
import { CandidatesController } from './controllers/candidates.controller.ts';
import { EventsController } from './controllers/events.controller.ts';
import { HandsController } from './controllers/hands.controller.ts';
import { JobsController } from './controllers/jobs.controller.ts';
import { ModelsController } from './controllers/models.controller.ts';
import { ResultsController } from './controllers/results.controller.ts';
import { SystemController } from './controllers/system.controller.ts';
import { AccessGuard } from './http/access.guard.ts';
import { ErrorFilter } from './http/error.filter.ts';

export const controllers = [
  AccessController,
  BoardsController,
  CampaignsController,
  CandidatesController,
  EventsController,
  HandsController,
  JobsController,
  ModelsController,
  ResultsController,
  SystemController,
];

// oxlint-disable-next-line typescript/no-extraneous-class -- Nest knows a module by its class
class AppModule {}

/** The whole application; what it works with is made before and handed in. */
export function appModule(providers: Provider[]): DynamicModule {
  return {
    module: AppModule,
    controllers,
    providers: [
      ...providers,
      { provide: APP_GUARD, useClass: AccessGuard },
      { provide: APP_FILTER, useClass: ErrorFilter },
    ],
  };
}
